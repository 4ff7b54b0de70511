using FastCore.Storage.Journal;

namespace FastCore.Fuzz.Litmus;

/// <summary>
/// The hand-over of commits: one thread begins them, another flushes, and both look for the end. Forbidden: an end told
/// twice or out of order, one told before it was flushed, and one that nobody tells. The twin sets its ticket by a
/// release store only, so that its look at what is flushed may come first.
/// </summary>
public sealed class CommitLitmus : LitmusTest
{
    /// <inheritdoc/>
    public override string Summary => "CommitTicket against a ticket without a full fence";

    /// <inheritdoc/>
    public override bool ShowsOnX64 => true;

    /// <inheritdoc/>
    protected override long Forbidden(bool twin, int rounds)
    {
        Journal journal = new(twin);
        Race.Run(() => journal.Append(rounds), () => journal.Flush(rounds));
        return journal.Wrong;
    }

    private sealed class Journal(bool twin)
    {
        private CommitTicket _ticket;
        private LooseTicket _loose;
        private long _appended;
        private long _flushed;
        private long _told;
        private ulong _durable;
        private long _wrong;

        public long Wrong => _wrong;

        public void Append(int rounds)
        {
            for (int round = 1; round <= rounds; round++)
            {
                Volatile.Write(ref _appended, round);
                Thread.SpinWait(round % 41);
                Begin((ulong)round, round);
                TryPublish();
                SpinWait spin = default;
                while (IsInFlight)
                {
                    // Both have looked after flushing, and still nobody told.
                    if (Volatile.Read(ref _told) >= round && IsInFlight && TryPublish())
                    {
                        Interlocked.Increment(ref _wrong);
                    }

                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }

        public void Flush(int rounds)
        {
            SpinWait spin = default;
            for (long done = 0; done < rounds;)
            {
                long appended = Volatile.Read(ref _appended);
                if (appended == done)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                Thread.SpinWait((int)(appended % 29));

                // A full fence, as the journal's device moves its flushed address by an exchange.
                Interlocked.Exchange(ref _flushed, appended);
                TryPublish();
                Volatile.Write(ref _told, appended);
                done = appended;
            }
        }

        private bool IsInFlight => twin ? _loose.IsInFlight : _ticket.IsInFlight;

        private void Begin(ulong sequence, long address)
        {
            if (twin)
            {
                _loose.Begin(sequence, address);
            }
            else
            {
                _ticket.Begin(sequence, address);
            }
        }

        private bool TryPublish()
        {
            bool isRead = twin ? _loose.TryRead(out CommitMark mark) : _ticket.TryRead(out mark);
            long flushed = Volatile.Read(ref _flushed);
            if (!isRead || flushed < mark.Address || !(twin ? _loose.TryEnd(in mark) : _ticket.TryEnd(in mark)))
            {
                return false;
            }

            if (mark.Sequence != _durable + 1 || mark.Sequence > (ulong)Volatile.Read(ref _flushed))
            {
                Interlocked.Increment(ref _wrong);
            }

            _durable = mark.Sequence;
            if (twin)
            {
                _loose.Complete(in mark);
            }
            else
            {
                _ticket.Complete(in mark);
            }

            return true;
        }
    }

    // As CommitTicket, but the ticket is set by a release store.
    private struct LooseTicket
    {
        private const long EndingBit = 1L << 62;

        private long _ticket;
        private long _address;
        private ulong _sequence;

        public readonly bool IsInFlight => (Volatile.Read(in _ticket) & 1) != 0;

        public void Begin(ulong sequence, long address)
        {
            _sequence = sequence;
            _address = address;
            Volatile.Write(ref _ticket, _ticket + 1);
        }

        public readonly bool TryRead(out CommitMark mark)
        {
            long ticket = Volatile.Read(in _ticket);
            mark = new CommitMark(ticket, Volatile.Read(in _address), Volatile.Read(in _sequence));
            return (ticket & (EndingBit | 1)) == 1;
        }

        public bool TryEnd(in CommitMark mark) =>
            Interlocked.CompareExchange(ref _ticket, mark.Ticket | EndingBit, mark.Ticket) == mark.Ticket;

        public void Complete(in CommitMark mark) => Volatile.Write(ref _ticket, mark.Ticket + 1);
    }
}
