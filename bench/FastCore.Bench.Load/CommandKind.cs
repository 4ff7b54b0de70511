namespace FastCore.Bench.Load;

/// <summary>What the generator expects to be answered to a command.</summary>
internal enum CommandKind : byte
{
    /// <summary>A new id: accepted.</summary>
    New,

    /// <summary>An id that was accepted before, with the same content: the first answer again.</summary>
    Duplicate,

    /// <summary>A new id that a rule refuses.</summary>
    Refused,
}
