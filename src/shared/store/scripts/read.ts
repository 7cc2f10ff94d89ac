/**
 * Records, newest first, from one or more indexes merged. ARGV: id to start after or '', limit, then index names
 * without root. Answers an array of HGETALL arrays, each with its id first.
 */
export const LIST = `
local before,limit=ARGV[1],tonumber(ARGV[2])
local ids={}
for i=3,#ARGV do
  for _,id in ipairs(redis.call('ZREVRANGEBYLEX',R..':index:'..ARGV[i],before=='' and '+' or '('..before,'-','LIMIT',0,limit)) do ids[#ids+1]=id end
end
table.sort(ids,function(a,b) return a>b end)
local found={}
for i=1,math.min(limit,#ids) do
  local fields=redis.call('HGETALL',dep(ids[i]))
  if #fields>0 then fields[#fields+1]='id' fields[#fields+1]=ids[i] found[#found+1]=fields end
end
return found
`;

/**
 * Live records of one target scope and some states, newest first. ARGV: id to start after or '', limit, service or '',
 * environment or '', then state names. At most 20 000 live deployments are looked through.
 */
export const LIST_LIVE = `
local before,limit,service,environment=ARGV[1],tonumber(ARGV[2]),ARGV[3],ARGV[4]
local wanted={}
for i=5,#ARGV do wanted[ARGV[i]]=true end
local found={}
for _,id in ipairs(redis.call('ZREVRANGEBYLEX',R..':live',before=='' and '+' or '('..before,'-','LIMIT',0,20000)) do
  local about=redis.call('HMGET',dep(id),'name','target')
  if wanted[about[1]] then
    local s,e=string.match(about[2],'^(.-)/(.*)$')
    if (service=='' or service==s) and (environment=='' or environment==e) then
      local fields=redis.call('HGETALL',dep(id))
      fields[#fields+1]='id' fields[#fields+1]=id found[#found+1]=fields
      if #found>=limit then break end
    end
  end
end
return found
`;

/** One record as an HGETALL array, while it is queued with its place in line: how many are before it, counting the holder. ARGV: id. */
export const READ = `
local id=ARGV[1]
local fields=redis.call('HGETALL',dep(id))
local about=redis.call('HMGET',dep(id),'name','target')
if about[1]~='queued' then return fields end
local rank=redis.call('ZRANK',lane(about[2]),id)
fields[#fields+1]='ahead'
fields[#fields+1]=rank and int(rank+(redis.call('HGET',box(about[2]),'holder') and 1 or 0)) or '0'
return fields
`;

/**
 * What stands between a deployment and its start, in JSON: who is before it, full scopes, operations that go before it,
 * calls for a worker. ARGV: id.
 */
export const OBSTACLES = `
local id=ARGV[1]
local target=redis.call('HGET',dep(id),'target')
if not target then return '' end
local holder=redis.call('HGET',box(target),'holder')
local before={}
if holder and holder~=id then
  before[1]=holder
  local rank=redis.call('ZRANK',lane(target),id)
  if rank and rank>0 then for _,other in ipairs(redis.call('ZRANGE',lane(target),0,math.min(rank,100)-1)) do before[#before+1]=other end end
end
local full={}
if redis.call('ZSCORE',R..':admission',id) then
  for scope in scopesOf(id) do
    local limit=limitOf(scope)
    if redis.call('SCARD',R..':running:'..scope)>=limit then full[#full+1]={scope=scope,limit=limit} end
  end
end
local calls=redis.call('ZSCORE',R..':outbox',id) and tonumber(redis.call('HGET',dep(id),'offers')) or -1
local operations={}
if redis.call('HEXISTS',dep(id),'startedAt')==0 then operations=redis.call('ZRANGE',R..':operation-queue:'..target,0,-1) end
-- Until they have ended no worker could take it, so that none is missing.
if #operations>0 then calls=-1 end
return cjson.encode({before=#before>0 and before or cjson.null,full=#full>0 and full or cjson.null,calls=calls,
  operations=#operations>0 and operations or cjson.null})
`;

/** Every violated invariant, for tests and for a metric; empty when all is well. ARGV: none. */
export const AUDIT = `
local bad={}
local cursor='0'
local t=now()
repeat
  local page=redis.call('SCAN',cursor,'MATCH',R..':mailbox:*','COUNT',500)
  cursor=page[1]
  for _,key in ipairs(page[2]) do
    local target=string.sub(key,#R+10)
    local held=redis.call('HMGET',key,'holder','leaseUntil')
    if not held[1] and redis.call('ZCARD',lane(target))>0 then bad[#bad+1]='idle with a queue: '..target end
    if held[1] then
      local name=redis.call('HGET',dep(held[1]),'name')
      if not name then bad[#bad+1]='holder without a record: '..target
      elseif ENDED[name] then bad[#bad+1]='holder has ended: '..target end
      local offered=redis.call('ZSCORE',R..':outbox',held[1])
      local admitted=not redis.call('ZSCORE',R..':admission',held[1])
      if not held[2] and not offered and admitted then bad[#bad+1]='holder neither claimed, offered nor waiting for a place: '..target end
      if held[2] and not redis.call('ZSCORE',R..':leases',target) and not offered then bad[#bad+1]='lease not tracked: '..target end
    elseif held[2] then bad[#bad+1]='lease without a holder: '..target end
  end
until cursor=='0'
for _,id in ipairs(redis.call('ZRANGE',R..':live',0,-1)) do
  local about=redis.call('HMGET',dep(id),'name','target')
  if not about[1] then bad[#bad+1]='live without a record: '..id
  elseif ENDED[about[1]] then bad[#bad+1]='ended but live: '..id
  elseif redis.call('HGET',box(about[2]),'holder')~=id and not redis.call('ZSCORE',lane(about[2]),id)
    and not redis.call('ZSCORE',R..':held:'..about[2],id) then bad[#bad+1]='lost: '..id end
end
cursor='0'
repeat
  local page=redis.call('SCAN',cursor,'MATCH',R..':running:*','COUNT',500)
  cursor=page[1]
  for _,key in ipairs(page[2]) do
    for _,id in ipairs(redis.call('SMEMBERS',key)) do
      if redis.call('HGET',box(redis.call('HGET',dep(id),'target') or ''),'holder')~=id then bad[#bad+1]='place kept by '..id..' in '..key end
    end
  end
until cursor=='0'
cursor='0'
repeat
  local page=redis.call('SCAN',cursor,'MATCH',R..':operation-queue:*','COUNT',500)
  cursor=page[1]
  for _,key in ipairs(page[2]) do
    local target=string.sub(key,#R+18)
    if not redis.call('ZSCORE',R..':operation-targets',target) then bad[#bad+1]='operations that nobody looks at: '..target end
    for _,id in ipairs(redis.call('ZRANGE',key,0,-1)) do
      local state=redis.call('HGET',R..':operation:'..id,'state')
      if state~='queued' and state~='running' then bad[#bad+1]='operation in line without need: '..id end
    end
  end
until cursor=='0'
return bad
`;
