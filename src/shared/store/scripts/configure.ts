/**
 * Writes one thing of the configuration and its revision in one step. ARGV: kind, name, json, what is expected to be
 * stored before, then names of things
 * that must exist as kind, name, kind, name, …  Answers created, changed,
 * same, missing with the first kind that is not there, or moved with the fingerprint of what is stored or ''.
 */
export const CONFIGURE = `
local kind,name,json=ARGV[1],ARGV[2],ARGV[3]
local function things(k) return R..':configuration:'..k end
for i=5,#ARGV,2 do
  if redis.call('HEXISTS',things(ARGV[i]),ARGV[i+1])==0 then return {'missing',ARGV[i]} end
end
local before=redis.call('HGET',things(kind),name)
if not matches(before,ARGV[4]) then return {'moved',before and redis.sha1hex(before) or ''} end
if before==json then return {'same'} end
redis.call('HSET',things(kind),name,json)
if kind=='environment' then
  local most=cjson.decode(json).concurrency
  if most then redis.call('HSET',R..':limits','environment:'..name,int(most)) else redis.call('HDEL',R..':limits','environment:'..name) end
end
redis.call('HINCRBY',R..':configuration','revision',1)
return {before and 'changed' or 'created'}
`;

/**
 * Removes one thing that nothing uses. ARGV: kind, name, what is expected to be stored.
 * Answers removed, gone, used with the name of what uses it, or moved with the fingerprint of what is stored or ''.
 */
export const UNCONFIGURE = `
local kind,name=ARGV[1],ARGV[2]
local things=R..':configuration:'..kind
local before=redis.call('HGET',things,name)
if not before then return {'gone'} end
if not matches(before,ARGV[3]) then return {'moved',redis.sha1hex(before)} end
if kind=='target' then
  local holder=redis.call('HGET',box(name),'holder') or redis.call('ZRANGE',lane(name),0,0)[1]
    or redis.call('ZRANGE',R..':held:'..name,0,0)[1]
  if holder then return {'used',holder} end
elseif kind=='service' or kind=='environment' then
  if kind=='environment' and redis.call('HEXISTS',R..':clones',name)==1 then return {'used','clone'} end
  for _,target in ipairs(redis.call('HKEYS',R..':configuration:target')) do
    local service,environment=string.match(target,'^(.-)/(.*)$')
    if (kind=='service' and service or environment)==name then return {'used',target} end
  end
end
redis.call('HDEL',things,name)
if kind=='environment' then
  redis.call('HDEL',R..':limits','environment:'..name)
  redis.call('UNLINK',R..':runs:'..name,R..':snapshots:'..name,R..':snapshot-contents:'..name,R..':snapshot-used:'..name)
end
if kind=='target' then
  local service,environment=string.match(name,'^(.-)/(.*)$')
  redis.call('HDEL',R..':runs:'..environment,service)
end
if kind=='service' then redis.call('DEL',R..':versions:'..name,R..':version-order:'..name,R..':image-digests:'..name) end
redis.call('HINCRBY',R..':configuration','revision',1)
return {'removed'}
`;

/** All of the configuration as of one moment. Answers revision, then a flat list of name and json for each kind in ARGV. */
export const CONFIGURATION = `
local all={redis.call('HGET',R..':configuration','revision') or '0'}
for i=1,#ARGV do all[#all+1]=redis.call('HGETALL',R..':configuration:'..ARGV[i]) end
return all
`;

/**
 * Registers a version once. ARGV: service, version, json without the time, revision of the configuration or ''.
 * Answers created or same with the stored json, or different.
 */
export const REGISTER = `
local service,version,json=ARGV[1],ARGV[2],ARGV[3]
local key=R..':versions:'..service
local before=redis.call('HGET',key,version)
if before then
  local at,body=string.match(before,'^(%d+) (.*)$')
  if body==json then return {'same',before} end
  return {'different',before}
end
if redis.call('HEXISTS',R..':configuration:service',service)==0 then return {'missing',''} end
local seq=redis.call('HINCRBY',R..':counters','versions',1)
local stored=int(now())..' '..json
redis.call('HSET',key,version,stored)
redis.call('ZADD',R..':version-order:'..service,seq,version)
return {'created',stored}
`;
