package operate

var ShowChanges = changes

const ActReindex = actReindex
const ActRollback = actRollback

var UnderWay = underWay
var Difference = difference
var RefusedFile = refusedFile

const UpdateEvery = updateEvery
const MaxSubmissions = maxSubmissions

var TextName = textName

const NamedItself = namedItself
const NamedHashed = namedHashed
