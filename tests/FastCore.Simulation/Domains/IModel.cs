using FastCore.Protocol;

namespace FastCore.Simulation.Domains;

/// <summary>
/// The naive twin of one domain in one partition: what the engine must answer, computed the slow and obvious way, from
/// the documents and not from the engine's code. It is fed the commands in journal order.
/// </summary>
public interface IModel
{
    /// <summary>Whether the operation is of this domain.</summary>
    bool Knows(Operation operation);

    /// <summary>
    /// A journal entry begins, which may have no commands: everything that is due at its time happens first.
    /// </summary>
    void BeginEntry(ulong timestampNs);

    /// <summary>Executes a write.</summary>
    /// <returns>The body of the reply, to the byte.</returns>
    byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body);

    /// <summary>Answers a read at the state as it is now.</summary>
    /// <returns>The body of the reply, to the byte.</returns>
    byte[] Read(Operation operation, ReadOnlySpan<byte> body);

    /// <summary>Checks what must hold of the model itself (conservation, refunds, resolutions).</summary>
    /// <returns>Null, or a sentence that says what is broken.</returns>
    string? CheckInvariants();
}
