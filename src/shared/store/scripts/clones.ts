import { IDEMPOTENCY } from './idempotency.js';

/**
 * Makes an environment with its targets and remembers it as a clone, in one step. ARGV: name, environment json, clone
 * json, most clones, revision of the configuration, id, idempotency scope or '', body hash, idempotency time to live, then
 * service, target json, service, target json, … Answers made, stale, taken, full, or replay or conflict with the id of the
 * first one.
 */
export const MAKE_CLONE = `${IDEMPOTENCY}
local name,environment,clone,most,revision=ARGV[1],ARGV[2],ARGV[3],tonumber(ARGV[4]),ARGV[5]
local id,scope,hash,ttl=ARGV[6],ARGV[7],ARGV[8],ARGV[9]
local replayed=seenBefore(scope,hash)
if replayed then return replayed end
-- A connection that broke after the work was done sends the same call again.
local there=redis.call('HGET',R..':clones',name)
if there and cjson.decode(there).id==id then return {'made'} end
local function things(kind) return R..':configuration:'..kind end
if (redis.call('HGET',R..':configuration','revision') or '0')~=revision then return {'stale'} end
if there or redis.call('HEXISTS',things('environment'),name)==1 then return {'taken'} end
if redis.call('HLEN',R..':clones')>=most then return {'full'} end
redis.call('HSET',things('environment'),name,environment)
local places=cjson.decode(environment).concurrency
if places then redis.call('HSET',R..':limits','environment:'..name,int(places)) end
for i=10,#ARGV,2 do redis.call('HSET',things('target'),ARGV[i]..'/'..name,ARGV[i+1]) end
redis.call('HSET',R..':clones',name,clone)
remember(scope,id,hash,ttl)
redis.call('HINCRBY',R..':configuration','revision',1)
return {'made'}
`;

/** Stores a clone anew, unless its end has begun. ARGV: name, its id, clone json. Answers renewed or gone. */
export const RENEW_CLONE = `
local name,id=ARGV[1],ARGV[2]
local clone=redis.call('HGET',R..':clones',name)
if not clone or cjson.decode(clone).id~=id then return {'gone'} end
if redis.call('HEXISTS',R..':clones-ending',name)==1 then return {'gone'} end
redis.call('HSET',R..':clones',name,ARGV[3])
return {'renewed'}
`;

/**
 * Begins the end of a clone, once: its targets leave the configuration, so that nothing new is accepted for it.
 * ARGV: name, its id, why. Answers ending, already or gone.
 */
export const END_CLONE = `
local name,id,because=ARGV[1],ARGV[2],ARGV[3]
local clone=redis.call('HGET',R..':clones',name)
if not clone or cjson.decode(clone).id~=id then return {'gone'} end
if redis.call('HEXISTS',R..':clones-ending',name)==1 then return {'already'} end
redis.call('HSET',R..':clones-ending',name,cjson.encode({since=now(),because=because}))
for _,target in ipairs(redis.call('HKEYS',R..':configuration:target')) do
  if string.match(target,'/(.*)$')==name then redis.call('HDEL',R..':configuration:target',target) end
end
redis.call('HINCRBY',R..':configuration','revision',1)
return {'ending'}
`;

/** Notes what the removal of a clone waits for. ARGV: name, text. Changes nothing for a clone that is not ending. */
export const EXPLAIN_CLONE = `
local ending=redis.call('HGET',R..':clones-ending',ARGV[1])
if not ending then return {} end
local about=cjson.decode(ending)
about.waitsFor=ARGV[2]
redis.call('HSET',R..':clones-ending',ARGV[1],cjson.encode(about))
return {}
`;

/**
 * Forgets a clone that is ending, with its environment and what ran there. ARGV: name, its id, then its services.
 * Answers removed, gone, or used with the deployment that is still under way.
 */
export const REMOVE_CLONE = `
local name,id=ARGV[1],ARGV[2]
local clone=redis.call('HGET',R..':clones',name)
if not clone or cjson.decode(clone).id~=id then return {'gone'} end
local targets={}
for i=3,#ARGV do targets[ARGV[i]..'/'..name]=true end
for _,target in ipairs(redis.call('HKEYS',R..':configuration:target')) do
  if string.match(target,'/(.*)$')==name then targets[target]=true end
end
for target in pairs(targets) do
  local busy=redis.call('HGET',box(target),'holder') or redis.call('ZRANGE',lane(target),0,0)[1] or redis.call('ZRANGE',R..':held:'..target,0,0)[1]
  if busy then return {'used',busy} end
end
for target in pairs(targets) do
  redis.call('HDEL',box(target),'failed','failedId')
  redis.call('HDEL',R..':configuration:target',target)
end
redis.call('HDEL',R..':configuration:environment',name)
redis.call('HDEL',R..':limits','environment:'..name)
redis.call('UNLINK',R..':runs:'..name,R..':snapshots:'..name,R..':snapshot-contents:'..name,R..':snapshot-used:'..name)
redis.call('HDEL',R..':clones',name) redis.call('HDEL',R..':clones-ending',name)
redis.call('HINCRBY',R..':configuration','revision',1)
return {'removed'}
`;

/** All clones as of one moment. Answers the time, a flat list of name and clone, and one of name and ending. */
export const CLONES = `
return {int(now()),redis.call('HGETALL',R..':clones'),redis.call('HGETALL',R..':clones-ending')}
`;

/** Gives a lease back, if it is still that of its owner. ARGV: key, owner. */
export const LEAVE_CLONE = `
if redis.call('GET',ARGV[1])==ARGV[2] then redis.call('DEL',ARGV[1]) end
return {}
`;
