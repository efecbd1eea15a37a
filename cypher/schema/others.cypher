// The labels that nodes of other programs carry and graphmem would like to: more nodes have them than have the label of its own.
UNWIND [
  ['User', COUNT { (:User) } - COUNT { (:GraphmemUser) }],
  ['Agent', COUNT { (:Agent) } - COUNT { (:GraphmemAgent) }],
  ['App', COUNT { (:App) } - COUNT { (:GraphmemApp) }],
  ['Run', COUNT { (:Run) } - COUNT { (:GraphmemRun) }],
  ['Category', COUNT { (:Category) } - COUNT { (:GraphmemCategory) }],
  ['Message', COUNT { (:Message) } - COUNT { (:GraphmemMessage) }],
  ['Conversation', COUNT { (:Conversation) } - COUNT { (:GraphmemConversation) }],
  ['Entity', COUNT { (:Entity) } - COUNT { (:GraphmemEntity) }],
  ['Version', COUNT { (:Version) } - COUNT { (:GraphmemVersion) }],
  ['Memory', COUNT { (:Memory) } - COUNT { (:GraphmemMemory) }],
  ['DeletedMemory', COUNT { (:DeletedMemory) } - COUNT { (:GraphmemDeletedMemory) }]
] AS counted
WITH counted WHERE counted[1] > 0
RETURN counted[0] AS label
