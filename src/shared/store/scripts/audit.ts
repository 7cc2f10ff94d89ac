/**
 * Appends to the audit log if its end is still the one that the new entries were chained to. ARGV: number and hash of
 * that end, then hash and json of each entry. Answers done, or moved with the number and hash of the end as it is.
 */
export const APPEND_AUDIT = `
local key=R..':audit'
local last=redis.call('XREVRANGE',key,'+','-','COUNT',1)[1]
local n,hash='0',''
if last then n=string.match(last[1],'^%d+') hash=last[2][2] end
if n~=ARGV[1] or hash~=ARGV[2] then return {'moved',n,hash} end
for i=3,#ARGV,2 do
  n=int(n+1)
  redis.call('XADD',key,n..'-0','h',ARGV[i],'e',ARGV[i+1])
end
return {'done'}
`;
