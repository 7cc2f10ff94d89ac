import { MOST_CHANGES } from './notices.js';
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
-- Lines ring for those alone who follow this deployment; everything else rings for whoever watches them all, too.
local function ring(id,what)
  redis.call('PUBLISH',R..':bell:'..id,what)
  if what~='lines' then redis.call('PUBLISH',R..':bells',id) end
end
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

-- Whoever is to be told of a state hears of it from here.
local function changed(id,t,name) redis.call('XADD',R..':changes','MAXLEN','~',${MOST_CHANGES},'*','id',id,'name',name,'t',int(t)) end

-- The one way into an ended state: record, indexes, first and last event, bell. It does not free the target.
local function finish(id,target,t,name,state,data)
  redis.call('HSET',dep(id),'name',name,'state',state,'updatedAt',int(t),'finishedAt',int(t))
  redis.call('HINCRBY',dep(id),'revision',1)
  redis.call('ZREM',R..':outbox',id) redis.call('ZREM',R..':expiry',id) redis.call('ZREM',R..':live',id)
  redis.call('ZADD',R..':archive',t,id)
  redis.call('HINCRBY',R..':ended',string.match(target,'^.-/(.*)$')..' '..name,1)
  file(id,target,name)
  if data then event(id,t,'deployment.'..name,data) end
  changed(id,t,name)
  ring(id,'state')
end

local function scopesOf(id) return string.gmatch(redis.call('HGET',dep(id),'scopes') or '','%S+') end
local function limitOf(scope)
  local own=redis.call('HGET',R..':limits',scope) or redis.call('HGET',R..':limits',string.match(scope,'^[^:]*'))
  return tonumber(own or '1e15')
end

-- A holder needs a place in each of its scopes before a worker is called for it; until then it waits in line for one.
-- Collects id and dispatch number of whom a worker is to be woken for. Answers the scope that is full, if one is.
local function admit(id,t,visible,offers)
  for scope in scopesOf(id) do
    local limit=limitOf(scope)
    if redis.call('SCARD',R..':running:'..scope)>=limit then
      if redis.call('ZADD',R..':admission','NX',redis.call('HGET',dep(id),'order'),id)==1 then
        event(id,t,'deployment.limited',{scope=scope,limit=limit})
        ring(id,'state')
      end
      return scope
    end
  end
  for scope in scopesOf(id) do redis.call('SADD',R..':running:'..scope,id) end
  redis.call('ZREM',R..':admission',id)
  redis.call('ZADD',R..':outbox',t+visible,id)
  local about=redis.call('HMGET',dep(id),'target','dispatch')
  event(id,t,'deployment.offered',{target=about[1]})
  ring(id,'state')
  offers[#offers+1]=id offers[#offers+1]=about[2]
end

local function isFull(id,full)
  for scope in scopesOf(id) do if full[scope] then return true end end
  return false
end

-- Whoever waits for a place gets one that is free, past those who wait in a scope that is full.
local function admitWaiting(t,visible,offers)
  local full={}
  for _,id in ipairs(redis.call('ZRANGE',R..':admission',0,-1)) do
    if full.global then return end
    if not isFull(id,full) then
      local scope=admit(id,t,visible,offers)
      if scope then full[scope]=true end
    end
  end
end

-- The target has no holder: the first in its lane becomes it.
local function promote(target,t,visible,offers)
  local head=redis.call('ZPOPMIN',lane(target))[1]
  if not head then return end
  redis.call('HSET',box(target),'holder',head)
  admit(head,t,visible,offers)
end

-- The holder gives back its target and its places; whoever waits for them moves up.
local function release(target,t,visible,offers)
  local holder=redis.call('HGET',box(target),'holder')
  redis.call('HDEL',box(target),'holder','owner','leaseUntil')
  redis.call('ZREM',R..':leases',target)
  redis.call('ZREM',R..':admission',holder)
  for scope in scopesOf(holder) do redis.call('SREM',R..':running:'..scope,holder) end
  promote(target,t,visible,offers)
  admitWaiting(t,visible,offers)
end

-- Answers whether it was held.
local function unhold(id,target)
  redis.call('ZREM',R..':reviews',id) redis.call('ZREM',R..':judgements',id)
  return redis.call('ZREM',R..':held:'..target,id)==1
end

-- What was held lines up again in its old place.
local function resume(id,target,t,visible,offers)
  unhold(id,target)
  redis.call('HSET',dep(id),'name','queued','state','{"name":"queued"}','updatedAt',int(t))
  redis.call('HINCRBY',dep(id),'revision',1)
  redis.call('ZADD',lane(target),redis.call('HGET',dep(id),'order'),id)
  event(id,t,'deployment.resumed',{target=target})
  changed(id,t,'queued')
  if redis.call('HGET',box(target),'holder') then ring(id,'state') else promote(target,t,visible,offers) end
end
-- Whether what is stored, or false, is what somebody expects: '' whatever, '*' something, '-' nothing, else one of these fingerprints.
local function matches(stored,expected)
  if expected=='' then return true end
  if expected=='-' then return not stored end
  if not stored then return false end
  return expected=='*' or string.find(' '..expected..' ',' '..redis.sha1hex(stored)..' ',1,true)~=nil
end
local function owns(target,id,epoch,owner)
  local held=redis.call('HMGET',box(target),'holder','epoch','owner')
  return held[1]==id and held[2]==epoch and held[3]==owner
end
`;
