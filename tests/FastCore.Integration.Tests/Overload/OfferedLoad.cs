using System.Runtime.InteropServices;
using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Steps;

namespace FastCore.Integration.Tests.Overload;

/// <summary>
/// One client of the door that the network fronts use: submits one transfer per request, in a closed loop or in an open
/// one, and counts for each request what became of it.
/// </summary>
internal sealed class OfferedLoad : IReplySink
{
    private const long NsPerMs = 1_000_000;

    private readonly FrontSession _session;
    private readonly NodeStepper _stepper;
    private readonly ulong _book;
    private readonly byte[] _body = new byte[BookPrefix.Size + Transfer.Size];
    private readonly List<byte> _answers = [];
    private readonly long[] _offered = new long[4];
    private readonly long[] _accepted = new long[4];

    public OfferedLoad(SteppedNode node, ulong book)
    {
        _book = book;
        _stepper = node.Stepper;
        _session = node.Node.OpenFrontSession(
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

    /// <summary>Keeps so many requests in flight for a time. Returns the accepted requests per millisecond.</summary>
    public double RunClosed(int inFlight, int milliseconds)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            while (_session.InFlight < inFlight)
            {
                Submit(0);
            }

            Pass();
        }

        return Finish(milliseconds);
    }

    /// <summary>
    /// Offers requests at a rate, whatever becomes of them, the four classes in turn. Returns the accepted requests per
    /// millisecond.
    /// </summary>
    public double RunOpen(double perMillisecond, int milliseconds)
    {
        long submitted = 0;
        for (int i = 1; i <= milliseconds; i++)
        {
            for (; submitted < i * perMillisecond; submitted++)
            {
                Submit((byte)(submitted & 3));
            }

            Pass();
        }

        return Finish(milliseconds);
    }

    /// <summary>Offers requests while no time passes, until one is refused.</summary>
    public void Fill()
    {
        while (Overloaded == 0)
        {
            Submit(0);
        }
    }

    /// <summary>Takes answers until all are there. Returns the requests accepted per millisecond before that.</summary>
    public double Finish(int milliseconds = 1)
    {
        double accepted = (double)TotalAccepted / milliseconds;
        for (int i = 0; _session.InFlight > 0; i++)
        {
            Assert.True(i < 60_000, $"{_session.InFlight} requests are never answered");
            Pass();
        }

        _session.Dispose();
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

    private void Pass()
    {
        _stepper.RunUntil(_stepper.Clock.MonotonicNs + NsPerMs);
        OfferedLoad sink = this;
        _ = _session.Drain(ref sink);
    }
}
