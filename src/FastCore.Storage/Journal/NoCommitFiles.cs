using FASTER.core;

namespace FastCore.Storage.Journal;

// Entries describe themselves (sequence, chain, what was committed), so FasterLog needs no commit files beside the log.
internal sealed class NoCommitFiles : ILogCommitManager
{
    public void Commit(
        long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
        // Nothing to write; the log itself was written before this call.
    }

    public byte[] GetCommitMetadata(long commitNum) => throw new NotSupportedException();

    public IEnumerable<long> ListCommits() => [];

    public void RemoveCommit(long commitNum)
    {
        // There is none.
    }

    public void RemoveAllCommits()
    {
        // There is none.
    }

    public void OnRecovery(long commitNum)
    {
        // There is nothing to clean up.
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
