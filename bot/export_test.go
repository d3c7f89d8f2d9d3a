package bot

var ActionLabels = actionLabels
