using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

// A journal that does what another does; what differs is overridden.
internal class JournalTwin(IJournal inner) : IJournal
{
    public ulong TailSequence => inner.TailSequence;

    public virtual ulong CommittedSequence => inner.CommittedSequence;

    public ulong DurableSequence => inner.DurableSequence;

    public Action? OnProgress
    {
        get => inner.OnProgress;
        set => inner.OnProgress = value;
    }

    public int CommitPauseUs
    {
        get => inner.CommitPauseUs;
        set => inner.CommitPauseUs = value;
    }

    public ReadOnlySpan<byte> ChainHash => inner.ChainHash;

    public ulong BeginSequence => inner.BeginSequence;

    public StorageState CanAppend(int commandBytes) => inner.CanAppend(commandBytes);

    public virtual ulong Append(ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands) =>
        inner.Append(timestampNs, commandCount, commands);

    public void StartCommit() => inner.StartCommit();

    public void CommitAndWait() => inner.CommitAndWait();

    public virtual IJournalReader Read(ulong fromSequence) => inner.Read(fromSequence);

    public void TruncateBefore(ulong sequence) => inner.TruncateBefore(sequence);

    public void Dispose() => inner.Dispose();
}
