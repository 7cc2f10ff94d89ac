/**
 * Appends to the audit log if its end is still the one that the new entries were chained to. ARGV: number and hash of
 * that end, then hash and json of each entry. Answers done, or moved with the number and hash of the end as it is.
 */
export const APPEND_AUDIT = `
local key=R..':audit'
local last=redis.call('XREVRANGE',key,'+','-','COUNT',1)[1]
local n,hash='0',''
if last then n=string.match(last[1],'^%d+') hash=last[2][2]
else
  local archived=redis.call('HMGET',R..':audit-archived','n','hash')
  if archived[1] then n,hash=archived[1],archived[2] end
end
if n~=ARGV[1] or hash~=ARGV[2] then return {'moved',n,hash} end
for i=3,#ARGV,2 do
  n=int(n+1)
  redis.call('XADD',key,n..'-0','h',ARGV[i],'e',ARGV[i+1])
end
return {'done'}
`;

/**
 * The entries that are to be archived next, once a whole segment of them is there beside those to keep. ARGV: entries of
 * a segment, entries to keep. Answers number and hash of the entry before them, then the entries; nothing when none are due.
 */
export const DUE_AUDIT = `
local key=R..':audit'
local archived=redis.call('HMGET',R..':audit-archived','n','hash')
local before=tonumber(archived[1] or '0')
local last=redis.call('XREVRANGE',key,'+','-','COUNT',1)[1]
if not last or tonumber(string.match(last[1],'^%d+'))-before<ARGV[1]+ARGV[2] then return {} end
local answer={int(before),archived[2] or ''}
for _,entry in ipairs(redis.call('XRANGE',key,int(before+1)..'-0',int(before+ARGV[1])..'-0')) do answer[#answer+1]=entry end
return answer
`;

/**
 * A segment is safe elsewhere: drops its entries here. ARGV: number of the entry before them, number and hash of the
 * last one. Answers 1 when they were dropped, 0 when somebody else has done so.
 */
export const AUDIT_ARCHIVED = `
local key=R..':audit-archived'
if (redis.call('HGET',key,'n') or '0')~=ARGV[1] then return 0 end
redis.call('HSET',key,'n',ARGV[2],'hash',ARGV[3])
redis.call('XTRIM',R..':audit','MINID',int(ARGV[2]+1)..'-0')
return 1
`;
