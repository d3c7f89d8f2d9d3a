// Runs a discord-digital-twin for twin_test.go: node twin.mjs FOLDER, where
// FOLDER holds node_modules. The first line on standard output is
// {"url", "token"}; then each line on standard input, {"do", ...}, does one
// thing that a person or Discord can do and is answered with a line: what came
// of it, or {"error"}. It ends with its standard input.
import http from 'node:http'
import path from 'node:path'
import readline from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// The twin would listen on every interface.
const listen = http.Server.prototype.listen
http.Server.prototype.listen = function (port, done) { return listen.call(this, port, '127.0.0.1', done) }

const require = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'))
const { DigitalDiscord } = await import(pathToFileURL(require.resolve('discord-digital-twin')))

const Text = 0, Direct = 1 // types of channels
const Command = 2, Press = 3, Autocomplete = 4 // types of interactions
const Slash = 1, MessageMenu = 3 // types of commands
const Flag = 5 // the type of an option
const Reply = 19 // a type of message
const Ephemeral = 1 << 6 // a flag of a message

const twin = new DigitalDiscord({
  guild: { name: 'Freedonia' },
  botUser: { username: 'rapporteur' },
  botToken: 'Fake-1.a_token_for_tests_only',
})
await twin.start()
const { gateway } = twin.server
const db = twin.prisma

// What the twin leaves out of its events, or fills in alike for everybody, and
// Discord does not: what a person does takes on the fields in missing.
let missing = {}
const broadcast = gateway.broadcast
gateway.broadcast = function (event, data) {
  const byPerson = event === 'INTERACTION_CREATE' || event === 'MESSAGE_CREATE' && data.author.id !== twin.botUserId
  broadcast.call(this, event, byPerson ? { ...data, ...missing } : data)
}

const channelOf = (id) => db.channel.findUniqueOrThrow({ where: { id } })
const messageOf = async (channel, id) => (await twin.channel(channel).getMessages()).find((m) => m.id === id)
const me = async () => ({ id: twin.botUserId, username: 'rapporteur', bot: true })

async function commandOf(name, type) {
  const c = await db.applicationCommand.findFirst({ where: { name, type, guildId: null } })
  if (!c) throw new Error(`the bot has registered no ${name}`)
  return { ...c, options: JSON.parse(c.options) }
}

// interact begins an interaction and returns its id.
async function interact({ channel, user, locale, fields }, type, data) {
  missing = { locale: locale || 'en-US', ...fields }
  if (!(await channelOf(channel)).guildId) {
    // The twin has no interactions in direct messages.
    Object.assign(missing, { guild_id: undefined, guild_locale: undefined, member: undefined, context: 1, user: { id: user, username: 'somebody' } })
  }
  const { id } = await twin.simulateInteraction({ type, channelId: channel, userId: user, data })
  return { id }
}

const deeds = {
  // person lets somebody in, with a channel on the server and direct messages.
  async person() {
    const id = () => String(BigInt(Date.now() - 1420070400000) << 22n | BigInt(++made)) // a snowflake
    const user = id(), channel = id(), direct = id()
    await db.user.create({ data: { id: user, username: 'somebody' } })
    await db.guildMember.create({ data: { guildId: twin.guildId, userId: user, permissions: '0' } })
    await db.channel.create({ data: { id: channel, guildId: twin.guildId, type: Text, name: 'talk' } })
    await db.channel.create({ data: { id: direct, type: Direct } })
    return { user, channel, direct }
  },

  // commands are those that the bot has registered.
  async commands() {
    return { commands: (await db.applicationCommand.findMany()).map((c) => ({ name: c.name, type: c.type })) }
  },

  // slash fills in the form of a command: its first option with text.
  async slash({ name, text, options = {}, ...by }) {
    const command = await commandOf(name, Slash)
    const given = { ...options }
    if (text) given[command.options[0]?.name] = text
    const filled = command.options.filter((o) => o.name in given).map((o) => ({
      name: o.name, type: o.type, value: o.type === Flag ? given[o.name] === 'true' : given[o.name],
    }))
    if (filled.length !== Object.keys(given).length) throw new Error(`/${name} has no place for ${Object.keys(given)}`)
    return interact(by, Command, { id: command.id, name, type: Slash, options: filled })
  },

  // complete types into an option of a command.
  async complete({ name, option, text, ...by }) {
    const command = await commandOf(name, Slash)
    if (!command.options.some((o) => o.name === option && o.autocomplete)) throw new Error(`/${name} does not complete ${option}`)
    return interact(by, Autocomplete, { id: command.id, name, type: Slash, options: [{ name: option, type: 3, value: text, focused: true }] })
  },

  // menu chooses a command in the menu of a message.
  async menu({ name, message, ...by }) {
    const command = await commandOf(name, MessageMenu)
    const resolved = { messages: { [message]: await messageOf(by.channel, message) } }
    return interact(by, Command, { id: command.id, name, type: MessageMenu, target_id: message, resolved })
  },

  // press presses a button. The twin would take a deferred answer to a press for
  // an edit of the message with the button, so it is not told which that is: only
  // a deferred update is one (interactions/receiving-and-responding.mdx,
  // "Interaction Callback Type").
  async press({ message, token, ...by }) {
    return interact({ ...by, fields: { message: await messageOf(by.channel, message) } }, Press, { custom_id: token, component_type: 2 })
  },

  // write writes a message, mentioning the bot in front or replying to one.
  async write({ channel, user, text, mention, reply }) {
    if (mention) text = `<@${twin.botUserId}> ${text}`
    missing = mention || reply ? { mentions: [await me()] } : {}
    if (reply) Object.assign(missing, { type: Reply, referenced_message: await messageOf(channel, reply) })
    const messageReference = reply ? { message_id: reply, channel_id: channel } : undefined
    return { id: (await twin.simulateUserMessage({ channelId: channel, userId: user, content: text, messageReference })).id }
  },

  // settle waits until the bot has taken every event: it asks for heartbeats,
  // which bring the number of the last event.
  async settle() {
    const all = gateway.clients.filter((c) => c.identified)
    if (all.length === 0) throw new Error('the bot is not connected')
    await Promise.all(all.map((c) => new Promise((resolve, reject) => {
      const last = c.sequence
      const over = (f, value) => { clearTimeout(late); c.ws.off('message', hear); f(value) }
      const late = setTimeout(() => over(reject, new Error(`no heartbeat with ${last} in 10 s`)), 10_000)
      const hear = (raw) => {
        const { op, d } = JSON.parse(raw)
        if (op === 1 && d >= last) over(resolve)
      }
      c.ws.on('message', hear)
      c.ws.send(JSON.stringify({ op: 1, d: null }))
    })))
    return {}
  },

  // messages lists a channel. The twin forgets that an acknowledgement was for
  // one person alone.
  async messages({ channel }) {
    const alone = new Set()
    for (const r of await db.interactionResponse.findMany({ where: { channelId: channel } })) {
      if (JSON.parse(r.data ?? 'null')?.flags & Ephemeral) alone.add(r.messageId)
    }
    const all = await twin.channel(channel).getMessages()
    return {
      messages: all.map((m) => ({
        id: m.id, author: m.author.id, content: m.content, embeds: m.embeds, components: m.components ?? [],
        flags: (m.flags ?? 0) | (alone.has(m.id) ? Ephemeral : 0), reference: m.message_reference?.message_id ?? '',
      })),
    }
  },

  async threads({ channel }) {
    return { threads: (await twin.channel(channel).getThreads()).map((t) => ({ id: t.id, name: t.name })) }
  },

  // response is the bot's first word on an interaction.
  async response({ id }) {
    const r = await db.interactionResponse.findUniqueOrThrow({ where: { interactionId: id } })
    return { type: r.type, acknowledged: r.acknowledged, data: JSON.parse(r.data ?? 'null') }
  },

  async typing({ channel }) {
    return { count: twin.getTypingEvents({ channelId: channel }).length }
  },

  // drop breaks the bot's connections.
  async drop() {
    for (const c of gateway.clients) c.ws.terminate()
    return {}
  },

  async clients() {
    return { count: gateway.clients.filter((c) => c.identified).length }
  },
}
let made = 0

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')
say({ url: twin.restUrl + '/v10', token: twin.botToken, bot: twin.botUserId })
for await (const line of readline.createInterface({ input: process.stdin })) {
  try {
    const { do: name, ...how } = JSON.parse(line)
    say(await deeds[name](how))
  } catch (e) {
    say({ error: e.message })
  }
}
process.exit(0)
