using FastCore.Engine.Ports;
using FastCore.Protocol;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Knows the writes that clients made in one life of the node, finds each command of the journal among them, and
/// compares every answer with what the models say. What an acknowledged write must be depends on the way its client has
/// to the node.
/// </summary>
internal interface IWriteCheck
{
    /// <summary>A write was handed over, to whatever brings it to the partition.</summary>
    void Submitted(CallPart part);

    /// <summary>The next command of the journal is a client's, and this is what the models answer to it.</summary>
    void Executed(in CommandHeader header, ReadOnlySpan<byte> body, ulong sequence, byte[] expected);

    /// <summary>Compares what was answered since; the journal was followed up to here.</summary>
    void CompareAnswered(ulong sequence);

    /// <summary>The life is over and its journal was followed to the end: nothing of it comes any more.</summary>
    void EndLife(ulong sequence);
}
