using FastCore.Protocol;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Checks;

/// <summary>A request that a simulated client made in one life of the node, and what became of it.</summary>
public sealed class Call(ulong number, int client, SimulatedRequest request, long submittedAt)
{
    /// <summary>Names the call among all of a run.</summary>
    public ulong Number => number;

    /// <summary>Number of the client, from 1: the principal of its commands.</summary>
    public int Client => client;

    /// <summary>What was asked.</summary>
    public SimulatedRequest Request => request;

    /// <summary>Its operation's shape.</summary>
    public OperationShape Shape { get; } = OperationTable.Find(request.Operation)
        ?? throw new ArgumentException($"Operation {request.Operation} is not known.", nameof(request));

    /// <summary>Accounts, transfers, payments, filters… in it: what is decided and compared one by one.</summary>
    public int Elements => (request.Body.Length - Shape.PrefixSize) / Shape.ElementSize;

    /// <summary>Whether it changes state and so is journaled.</summary>
    public bool IsWrite => Shape.Kind is OperationKind.Write or OperationKind.Internal;

    /// <summary>Its moment in the order of everything that clients saw.</summary>
    public long SubmittedAt => submittedAt;

    /// <summary>The moment of its answer; <see cref="long.MaxValue"/> while there is none.</summary>
    public long AnsweredAt { get; private set; } = long.MaxValue;

    /// <summary>Outcome as a whole.</summary>
    public FrameStatus Status { get; private set; } = FrameStatus.Unknown;

    /// <summary>The body of its answer.</summary>
    public byte[]? Reply { get; private set; }

    /// <summary>The shares of the partitions.</summary>
    public List<CallPart> Parts { get; } = [];

    /// <summary>Whether its client was told something, and be it that the outcome is unknown.</summary>
    public bool IsOver => AnsweredAt != long.MaxValue;

    /// <summary>Whether the client has an answer that leaves nothing open.</summary>
    public bool IsAnswered => IsOver && Status != FrameStatus.Unknown;

    /// <summary>Whether the answer says that nothing was done.</summary>
    public bool IsRefused => IsAnswered && Status != FrameStatus.Ok;

    /// <summary>The answer is there.</summary>
    public void Answer(long at, FrameStatus status, ReadOnlySpan<byte> reply)
    {
        AnsweredAt = at;
        Status = status;
        Reply = reply.ToArray();
    }
}
