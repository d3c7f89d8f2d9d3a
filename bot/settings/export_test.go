package settings

const MaxPlaces = maxPlaces
const Night = night
