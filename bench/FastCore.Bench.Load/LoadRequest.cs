using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>One request slot: its buffers are filled, sent, answered and used again.</summary>
internal sealed class LoadRequest
{
    /// <summary>Makes the buffers; pinned, so that no copy is needed for a native front.</summary>
    public LoadRequest(Operation operation, int bodyBytes, int replyBytes, int commands)
    {
        Operation = operation;
        BodyLength = bodyBytes;
        Body = GC.AllocateArray<byte>(bodyBytes, pinned: true);
        Results = GC.AllocateArray<byte>(replyBytes, pinned: true);
        Kinds = new CommandKind[commands];
    }

    /// <summary>Prefix and elements as wire bytes.</summary>
    public byte[] Body { get; }

    /// <summary>Results as wire bytes.</summary>
    public byte[] Results { get; }

    /// <summary>What it asks for; set by whoever fills it.</summary>
    public Operation Operation { get; set; }

    /// <summary>Bytes of <see cref="Body"/> that it has; set by whoever fills it.</summary>
    public int BodyLength { get; set; }

    /// <summary>What is expected of each command.</summary>
    public CommandKind[] Kinds { get; }

    /// <summary>When it was due, in ticks; latency counts from here.</summary>
    public long PlannedTicks { get; set; }

    /// <summary>When its answer was there, in ticks.</summary>
    public long AnsweredTicks { get; set; }

    /// <summary>Bytes of its answer in <see cref="Results"/>.</summary>
    public int ResultsLength { get; set; }

    /// <summary>Where it stands.</summary>
    public LoadRequestState State { get; set; }

    /// <summary>
    /// True once a partition refused its share while others accepted theirs: when it is sent again, what was accepted
    /// comes back as a duplicate.
    /// </summary>
    public bool WasPartlyAccepted { get; set; }

    /// <summary>Which sequence of ids its new ids come from.</summary>
    public int IdSpace { get; set; }

    /// <summary>First new index behind this request.</summary>
    public ulong NextIndex { get; set; }
}

/// <summary>Where a request slot stands.</summary>
internal enum LoadRequestState : byte
{
    /// <summary>Not in use.</summary>
    Free,

    /// <summary>On its way.</summary>
    Sent,

    /// <summary>Refused for the moment; to be sent again as it is.</summary>
    SendAgain,

    /// <summary>Answered before an earlier one; waits for its turn to be checked.</summary>
    Answered,
}
