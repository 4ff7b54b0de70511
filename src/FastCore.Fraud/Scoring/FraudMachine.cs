using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Fraud.Scoring;

/// <summary>Fraud scoring of one partition: operations 300–305 and 910–915 but for the payments themselves.</summary>
public sealed class FraudMachine : IStateMachine, IDisposable
{
    private const int KeysPerReclaim = 4;

    // The longest window and the longest delay, and a month for transactions that come late.
    private const ulong KeptNs = 90UL * 86_400 * 1_000_000_000;

    private readonly FraudStore _store;
    private readonly bool _isAlone;
    private readonly Predicate<ulong> _isHere;
    private readonly CardObservation _cards;
    private readonly DecisionMaking _decisions;
    private readonly DecisionsAhead[] _ahead;
    private readonly FeedbackMaking _feedback;
    private readonly FraudPrefetch _prefetch;
    private readonly FraudLookups _lookups;
    private readonly FraudInvariants _invariants;
    private readonly ScoreTransaction[] _chunk = new ScoreTransaction[CardObservation.ChunkMax];

    /// <summary>Makes the machine over empty state; recovery fills it.</summary>
    /// <param name="context">What it shares with the other domains of its partition.</param>
    /// <param name="options">Settings.</param>
    /// <param name="set">The compiled features of the settings.</param>
    /// <param name="isHere">
    /// Whether a card or merchant belongs to this partition; null when all do, since the node has one.
    /// </param>
    /// <param name="policies">Where policies are.</param>
    /// <param name="payments">The payments of the partition.</param>
    /// <param name="stageClock">Measures stages where a request asks for it; null = nobody does.</param>
    public FraudMachine(
        PartitionContext context, FraudOptions options, FeatureSet set, Predicate<ulong>? isHere,
        IPolicySource policies, IReviewedPayments payments, IClock? stageClock)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(set);
        options.Validate();
        if (set.RawLengthOf(FeatureKey.Card) > FraudLimits.CardValuesMax)
        {
            throw new ArgumentException(
                $"The features of cards need {set.RawLengthOf(FeatureKey.Card)} numbers to be handed over; there is "
                + $"room for {FraudLimits.CardValuesMax}.",
                nameof(set));
        }

        _isAlone = isHere is null;
        _isHere = isHere ?? (static _ => true);
        _store = new FraudStore(context, options, set, policies);
        _cards = new CardObservation(_store, _isHere);
        _decisions = new DecisionMaking(_store, stageClock);
        _ahead = [new(_store), new(_store), new(_store), new(_store)];
        _feedback = new FeedbackMaking(_store, payments);
        _prefetch = new FraudPrefetch(_store, _isHere, payments);
        _lookups = new FraudLookups(_store);
        _invariants = new FraudInvariants(_store);
    }

    /// <summary>Whether the policy in force decides about payments.</summary>
    public bool ScreensPayments => _store.Policy.Evaluator?.Policy.ScreensPayments ?? false;

    /// <summary>Looks on while commands are replayed; null, as in a node that serves, for nobody.</summary>
    public IDecisionWatcher? Watcher
    {
        get => _store.Watcher;
        set => _store.Watcher = value;
    }

    /// <summary>Reads what is stored; for tools, between two commands.</summary>
    public DecisionReader Decisions => new(_store);

    /// <summary>
    /// Policies that were put in force, the newest last, <see cref="PastPolicy.RememberedMax"/> at most. Between two
    /// commands.
    /// </summary>
    public PastPolicy[] Policies => [.. _store.Policy.Past];

    /// <inheritdoc/>
    public ulong NextTimerNs => ulong.MaxValue;

    /// <inheritdoc/>
    public IReadOnlyList<IStatePart> Parts => _store.Parts;

    /// <inheritdoc/>
    public ulong TimerLimitNs(ulong timeNs, int timersMax) => timeNs;

    /// <inheritdoc/>
    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        Operation.ObserveCards or Operation.ObservePaymentCards or Operation.ScoreObserved or Operation.LabelCards =>
            _isAlone ? CommandKind.Unknown : CommandKind.Write,
        Operation.ScoreTransactions or Operation.LabelTransactions or Operation.ResolveReviews
            or Operation.ChangeLists or Operation.ActivatePolicies => CommandKind.Write,
        Operation.LookupDecisions or Operation.QueryReviews => CommandKind.Read,
        _ => CommandKind.Unknown,
    };

    /// <inheritdoc/>
    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) =>
        _prefetch.Begin((Operation)command.Operation, body);

    /// <inheritdoc/>
    public void CompletePrefetch() => _prefetch.Complete();

    /// <inheritdoc/>
    public void BeginBatch() => _prefetch.Clear();

    /// <summary>
    /// Windows and lists go by the time of what looks at them, so nothing is due. A few keys a batch are looked at:
    /// what idle keys hold and no window can read any more is given back.
    /// </summary>
    public void FireTimers()
    {
        ulong newestNs = _store.Newest.TimeNs;
        _store.Features.Reclaim(newestNs - Math.Min(KeptNs, newestNs), KeysPerReclaim);
    }

    /// <inheritdoc/>
    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        switch ((Operation)command.Operation)
        {
            case Operation.ScoreTransactions:
            case Operation.ScoreObserved:
                Span<ScoreResult> scores = MemoryMarshal.Cast<byte, ScoreResult>(reply)[..(int)command.Count];
                _decisions.Score(body, body.Length / scores.Length, scores);
                return scores.Length * ScoreResult.Size;
            case Operation.ObserveCards:
                return Observe(MemoryMarshal.Cast<byte, ScoreTransaction>(body), reply);
            case Operation.ObservePaymentCards:
                return Observe(MemoryMarshal.Cast<byte, CreatePayment>(body), reply);
            default:
                Span<FraudResult> results = MemoryMarshal.Cast<byte, FraudResult>(reply)[..(int)command.Count];
                ExecuteFeedback((Operation)command.Operation, body, results);
                return results.Length * FraudResult.Size;
        }
    }

    /// <inheritdoc/>
    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        _lookups.Read((Operation)command.Operation, body, ref cursor, reply, out length);

    /// <inheritdoc/>
    public void RebuildDerived() => FraudRecovery.Rebuild(_store);

    /// <inheritdoc/>
    public void ResumeEffects()
    {
        // Nothing leaves the partition.
    }

    /// <inheritdoc/>
    public string? CheckInvariants() => _invariants.Check();

    /// <summary>Decides about a payment before its money moves. Part of the command that creates it.</summary>
    /// <param name="payment">The payment, new and acceptable to its merchant.</param>
    /// <param name="card">What its card's partition handed over; nothing when the card is here.</param>
    /// <returns>The decision; a code other than Ok refuses the payment.</returns>
    public ScoreResult Screen(in CreatePayment payment, in CardFeatures card)
    {
        // Admitted while payments were not screened, and executed when they are: nobody asked its card.
        bool isNobodys = card.IsCardHere && payment.Card != 0 && !_isHere(payment.Card);
        return _decisions.Score(
            FraudRules.TransactionOf(payment),
            isNobodys ? new CardFeatures { Code = FraudStatus.Ok, Flags = DecisionFlags.CardFailed } : card);
    }

    /// <summary>Brings the ways to what <see cref="Screen"/> will touch towards the CPU; the first stage.</summary>
    /// <param name="burst">Number of the burst; three of them are between two stages at most.</param>
    /// <param name="payments">Its payments, 64 at most.</param>
    /// <param name="observed">The same with what was handed over for them; empty when nothing was.</param>
    public void HintAtKeys(
        int burst, ReadOnlySpan<CreatePayment> payments, ReadOnlySpan<ObservedPayment> observed)
    {
        DecisionsAhead ahead = _ahead[burst % _ahead.Length];
        ahead.Clear();
        for (int i = 0; i < payments.Length; i++)
        {
            ScoreTransaction request = FraudRules.TransactionOf(payments[i]);
            ahead.Add(
                request, TransactionFeatures.Of(request, _store.Time.BatchNs),
                observed.IsEmpty || observed[i].Card.IsCardHere);
        }

        ahead.HintAtKeys();
    }

    /// <summary>Second stage: the rows that they lead to.</summary>
    public void HintAtRows(int burst) => _ahead[burst % _ahead.Length].HintAtRows();

    /// <summary>Third stage: the events that the rows name.</summary>
    public void HintAtEvents(int burst) => _ahead[burst % _ahead.Length].HintAtEvents();

    /// <summary>Brings what <see cref="Screen"/> will look up into memory.</summary>
    public void PrefetchPayment(in CreatePayment payment, bool isCardHere) =>
        _prefetch.BeginPayment(payment, isCardHere);

    /// <summary>Frees the tables. The histories belong to the storage.</summary>
    public void Dispose() => _store.Dispose();

    // In chunks, so that the cache misses of their cards overlap.
    private int Observe(ReadOnlySpan<ScoreTransaction> requests, Span<byte> reply)
    {
        Span<CardFeatures> results = MemoryMarshal.Cast<byte, CardFeatures>(reply);
        for (int first = 0; first < requests.Length; first += CardObservation.ChunkMax)
        {
            int end = Math.Min(requests.Length, first + CardObservation.ChunkMax);
            _cards.Observe(requests[first..end], isPayment: false, results[first..]);
        }

        return requests.Length * CardFeatures.Size;
    }

    private int Observe(ReadOnlySpan<CreatePayment> requests, Span<byte> reply)
    {
        Span<CardFeatures> results = MemoryMarshal.Cast<byte, CardFeatures>(reply);
        Span<ScoreTransaction> chunk = _chunk;
        for (int first = 0; first < requests.Length; first += CardObservation.ChunkMax)
        {
            int count = Math.Min(requests.Length - first, CardObservation.ChunkMax);
            for (int i = 0; i < count; i++)
            {
                chunk[i] = FraudRules.TransactionOf(requests[first + i]);
            }

            _cards.Observe(chunk[..count], isPayment: true, results[first..]);
        }

        return requests.Length * CardFeatures.Size;
    }

    private void ExecuteFeedback(Operation operation, ReadOnlySpan<byte> body, Span<FraudResult> results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = operation switch
            {
                Operation.LabelTransactions => _feedback.Label(Element<LabelTransaction>(body, i)),
                Operation.LabelCards => _feedback.LabelCard(Element<LabelTransaction>(body, i)),
                Operation.ResolveReviews => _feedback.Resolve(Element<ReviewVerdict>(body, i)),
                Operation.ChangeLists => _feedback.Change(Element<ListChange>(body, i)),
                Operation.ActivatePolicies => _feedback.Activate(Element<ActivatePolicy>(body, i)),
                _ => throw new InvalidOperationException($"Operation {operation} is not a write of fraud scoring."),
            };
        }
    }

    private static ref readonly T Element<T>(ReadOnlySpan<byte> body, int at)
        where T : unmanaged => ref MemoryMarshal.Cast<byte, T>(body)[at];
}
