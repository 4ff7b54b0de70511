using System.Diagnostics;
using System.Runtime.InteropServices;
using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Overload;

/// <summary>
/// One client of the door that the network fronts use: submits one transfer per request, in a closed loop or in an open
/// one, and counts for each request what became of it.
/// </summary>
internal sealed class OfferedLoad : IReplySink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FrontSession _session;
    private readonly ulong _book;
    private readonly byte[] _body = new byte[BookPrefix.Size + Transfer.Size];
    private readonly List<byte> _answers = [];
    private readonly long[] _offered = new long[4];
    private readonly long[] _accepted = new long[4];

    public OfferedLoad(FastCoreNode node, ulong book)
    {
        _book = book;
        _session = node.OpenFrontSession(
            Grant.Full, new FrontSessionOptions { InFlightMax = 1 << 15, ReplyRingBytes = 1 << 23 });
    }

    /// <summary>Requests offered, per class.</summary>
    public IReadOnlyList<long> Offered => _offered;

    /// <summary>Requests answered Ok, per class.</summary>
    public IReadOnlyList<long> Accepted => _accepted;

    /// <summary>Requests answered Overloaded.</summary>
    public long Overloaded { get; private set; }

    /// <summary>Requests answered Overloaded without a time after which to come again.</summary>
    public long WithoutRetryTime { get; private set; }

    /// <summary>Requests answered anything else, or answered Ok and not created, or answered twice.</summary>
    public long Wrong { get; private set; }

    /// <summary>Requests never answered.</summary>
    public long Unanswered => _answers.LongCount(answers => answers == 0);

    private long TotalAccepted => _accepted.Sum();

    /// <summary>Keeps so many requests in flight for a time. Returns the accepted requests per second.</summary>
    public double RunClosed(int inFlight, TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            while (_session.InFlight < inFlight)
            {
                Submit(0);
            }

            Take();
        }

        double perSecond = TotalAccepted / clock.Elapsed.TotalSeconds;
        Finish();
        return perSecond;
    }

    /// <summary>
    /// Offers requests at a rate, whatever becomes of them, the four classes in turn. Returns the accepted requests per
    /// second.
    /// </summary>
    public double RunOpen(double perSecond, TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (long submitted = 0; clock.Elapsed < time;)
        {
            for (long due = (long)(clock.Elapsed.TotalSeconds * perSecond); submitted < due; submitted++)
            {
                Submit((byte)(submitted & 3));
            }

            Take();
        }

        double accepted = TotalAccepted / clock.Elapsed.TotalSeconds;
        Finish();
        return accepted;
    }

    /// <inheritdoc/>
    public void OnReply(
        ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
    {
        int request = (int)(correlation >> 2);
        Wrong += _answers[request]++ == 0 ? 0 : 1;
        if (status == FrameStatus.Ok)
        {
            _accepted[correlation & 3]++;
            Wrong += MemoryMarshal.Read<CreateTransferResult>(body).Status == CreateTransferStatus.Created ? 0 : 1;
        }
        else
        {
            Refused(status, retryAfterMs);
        }
    }

    private void Submit(byte priorityClass)
    {
        int request = _answers.Count;
        _answers.Add(0);
        _offered[priorityClass]++;
        MemoryMarshal.Write(_body, new BookPrefix { Book = _book });
        MemoryMarshal.Write(_body.AsSpan(BookPrefix.Size), new Transfer
        {
            Id = (ulong)request + 1,
            DebitAccountId = 1,
            CreditAccountId = 2,
            Amount = 1,
            Ledger = 1,
            Code = 1,
        });
        FrameHeader header = new()
        {
            Operation = Operation.CreateTransfers,
            Correlation = ((ulong)request << 2) | priorityClass,
            Flags = priorityClass,
        };
        FrameStatus status = _session.TrySubmit(in header, _body, out uint retryAfterMs);
        if (status != FrameStatus.Ok)
        {
            _answers[request]++;
            Refused(status, retryAfterMs);
        }
    }

    private void Refused(FrameStatus status, uint retryAfterMs)
    {
        Overloaded += status == FrameStatus.Overloaded ? 1 : 0;
        Wrong += status == FrameStatus.Overloaded ? 0 : 1;
        WithoutRetryTime += retryAfterMs == 0 ? 1 : 0;
    }

    private void Take()
    {
        OfferedLoad sink = this;
        if (_session.Drain(ref sink) == 0)
        {
            _ = Thread.Yield();
        }
    }

    private void Finish()
    {
        Stopwatch patience = Stopwatch.StartNew();
        while (_session.InFlight > 0)
        {
            Assert.True(patience.Elapsed < Patience, $"{_session.InFlight} requests are never answered");
            Take();
        }

        _session.Dispose();
    }
}
