namespace FastCore.Storage.Journal;

// The hand-over of one commit between the thread that starts it and those that may see its end. The ticket is odd while
// a commit is in flight; whoever sees its end moves it on, so exactly one thread ends each commit, and only with the
// mark it read under that ticket. Checked over all interleavings and on real threads, see docs/TESTING.md.
internal struct CommitTicket
{
    private const long EndingBit = 1L << 62;

    private long _ticket;
    private long _address;
    private ulong _sequence;

    public readonly bool IsInFlight => (Volatile.Read(in _ticket) & 1) != 0;

    // Only the thread that starts commits, and only when none is in flight.
    public void Begin(ulong sequence, long address)
    {
        _sequence = sequence;
        _address = address;

        // Full fence. The mark is whole before anyone can see the odd ticket. And the ticket is visible before we look
        // at what is flushed: whoever flushes looks at the ticket after saying so, and one of us sees the other.
        Interlocked.Increment(ref _ticket);
    }

    // The commit in flight, if there is one. Acquire: the ticket is read before the mark.
    public readonly bool TryRead(out CommitMark mark)
    {
        long ticket = Volatile.Read(in _ticket);
        mark = new CommitMark(ticket, Volatile.Read(in _address), Volatile.Read(in _sequence));
        return (ticket & (EndingBit | 1)) == 1;
    }

    // True for one thread per commit. If another thread ended it after the mark was read, and a new mark may have been
    // set meanwhile, the ticket has moved on and the exchange fails.
    public bool TryEnd(in CommitMark mark) =>
        Interlocked.CompareExchange(ref _ticket, mark.Ticket | EndingBit, mark.Ticket) == mark.Ticket;

    // Release: what the caller of TryEnd published is visible before the next commit may begin.
    public void Complete(in CommitMark mark) => Volatile.Write(ref _ticket, mark.Ticket + 1);
}

// Up to where a commit reaches, read under its ticket.
internal readonly record struct CommitMark(long Ticket, long Address, ulong Sequence);
