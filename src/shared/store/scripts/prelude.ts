import { ENDED_NAMES } from '../../domain/state.js';

/**
 * What every script starts with. `KEYS[1]` is the root; all other keys derive from it. Times are milliseconds of
 * Redis' own clock, so that no script trusts the clock of a client.
 */
export const PRELUDE = `
local R=KEYS[1]
local function now() local t=redis.call('TIME') return t[1]*1000+math.floor(t[2]/1000) end
local function int(n) return string.format('%.0f',n) end
local function dep(id) return R..':deployment:'..id end
local function box(target) return R..':mailbox:'..target end
local function lane(target) return R..':lane:'..target end
local function ring(id,what) redis.call('PUBLISH',R..':bell:'..id,what) end
local ENDED={${ENDED_NAMES.map((name) => `${name}=true`).join(',')}}

-- entries: a JSON array of count lines. The number of its last line is the id of the stream entry.
local function write(id,t,entries,count)
  local last=redis.call('HINCRBY',dep(id),'lines',count)
  redis.call('XADD',R..':journal:'..id,last..'-0','t',int(t),'c',count,'j',entries)
  return last
end
local function event(id,t,code,data) write(id,t,'['..cjson.encode({code=code,data=data})..']',1) end

local function scopes(target)
  local service,environment=string.match(target,'^(.-)/(.*)$')
  return {R..':index:all',R..':index:service:'..service,R..':index:environment:'..environment,R..':index:target:'..target}
end
local function file(id,target,name)
  for _,key in ipairs(scopes(target)) do redis.call('ZADD',name=='' and key or key..':'..name,0,id) end
end

-- The one way into an ended state: record, indexes, first and last event, bell. It does not free the target.
local function finish(id,target,t,name,state,data)
  redis.call('HSET',dep(id),'name',name,'state',state,'updatedAt',int(t),'finishedAt',int(t))
  redis.call('HINCRBY',dep(id),'revision',1)
  redis.call('ZREM',R..':outbox',id) redis.call('ZREM',R..':expiry',id) redis.call('ZREM',R..':live',id)
  file(id,target,name)
  if data then event(id,t,'deployment.'..name,data) end
  ring(id,'state')
end

-- The target has no holder: the first in its lane becomes it. Answers id and dispatch number, or two empty strings.
local function promote(target,t,visible)
  local head=redis.call('ZPOPMIN',lane(target))[1]
  if not head then return '','' end
  redis.call('HSET',box(target),'holder',head)
  redis.call('ZADD',R..':outbox',t+visible,head)
  event(head,t,'deployment.offered',{target=target})
  ring(head,'state')
  return head,redis.call('HGET',dep(head),'dispatch')
end
local function release(target,t,visible)
  redis.call('HDEL',box(target),'holder','owner','leaseUntil')
  redis.call('ZREM',R..':leases',target)
  return promote(target,t,visible)
end
local function owns(target,id,epoch,owner)
  local held=redis.call('HMGET',box(target),'holder','epoch','owner')
  return held[1]==id and held[2]==epoch and held[3]==owner
end
`;
