using FastCore.Protocol;

namespace FastCore.Node.Flows;

/// <summary>
/// The way of a flow back into the partitions: an internal command like any other, journaled and ordered.
/// </summary>
public interface ISubmitInternal
{
    /// <summary>Submits a command to the partition of a key. Any thread; never waits.</summary>
    /// <param name="key">Partition key (book, merchant).</param>
    /// <param name="operation">An internal operation.</param>
    /// <param name="body">Its elements; copied.</param>
    /// <returns>False when the partition's ring is full: try again later.</returns>
    bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body);
}
