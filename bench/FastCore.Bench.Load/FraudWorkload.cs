using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Bench.Load;

/// <summary>
/// Card transactions to be scored, at merchants of which a few are hot, by cards that all pay alike. What is refused is
/// an amount that no transaction can have.
/// </summary>
internal sealed class FraudWorkload : ILoadWorkload
{
    /// <summary>First merchant; the merchants of the workload are consecutive.</summary>
    public const ulong FirstMerchant = 3_000_001;

    /// <summary>Terminals of each merchant.</summary>
    public const ulong TerminalsPerMerchant = 4;

    private readonly LoadOptions _options;
    private readonly List<FraudStream> _streams = [];
    private readonly PolicyModel? _model;
    private volatile bool _isMeasuring;

    /// <summary>Makes the workload of a run.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="run">Upper half of all ids of the run.</param>
    public FraudWorkload(LoadOptions options, ulong run)
    {
        _options = options;
        Run = run;
        Cards = options.Cards;
        Skew = new ZipfTable(options.Accounts);
        _model = options.FraudPolicy is string policy ? ModelOf(policy) : null;
    }

    /// <summary>Whether what is answered now counts.</summary>
    public bool IsMeasuring => _isMeasuring;

    /// <summary>Upper half of all ids of the run.</summary>
    public ulong Run { get; }

    /// <summary>Cards that pay.</summary>
    public int Cards { get; }

    /// <summary>Which merchants are hot.</summary>
    public ZipfTable Skew { get; }

    /// <inheritdoc/>
    public Operation Operation => Operation.ScoreTransactions;

    /// <inheritdoc/>
    public int BodySize(int commands) => commands * ScoreTransaction.Size;

    /// <inheritdoc/>
    public int ResultsSize(int commands) => commands * ScoreResult.Size;

    /// <inheritdoc/>
    public ILoadStream OpenStream(int number)
    {
        FraudStream stream = new(this, _options.Seed, number);
        _streams.Add(stream);
        return stream;
    }

    /// <inheritdoc/>
    public void BeginMeasuring() => _isMeasuring = true;

    /// <inheritdoc/>
    public void EndMeasuring() => _isMeasuring = false;

    /// <inheritdoc/>
    public void AddTo(JsonObject json, double seconds)
    {
        // What the server scores by is its own business.
        json["model"] = _model?.Model.ContentHash;
        json["trees"] = _model?.Model.TreeCount;
        long timed = Math.Max(1, _streams.Sum(stream => stream.Timed));
        json["stage_ns"] = new JsonObject
        {
            ["features"] = _streams.Sum(stream => stream.FeaturesNs) / timed,
            ["model"] = _streams.Sum(stream => stream.ModelNs) / timed,
            ["rules"] = _streams.Sum(stream => stream.RulesNs) / timed,
        };
    }

    /// <inheritdoc/>
    public Task PrepareAsync(IFastCoreSession session, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> VerifyAsync(
        IFastCoreSession session, IReadOnlyList<ILoadStream> streams, CancellationToken cancellation)
    {
        List<string> differences = [];
        foreach (FraudStream stream in streams.Cast<FraudStream>())
        {
            await stream.VerifySampleAsync(session, differences);
        }

        return differences;
    }

    private static PolicyModel? ModelOf(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryParse(
            File.ReadAllBytes(path), FeatureSet.Default, name => Read(Path.Combine(folder, name)),
            out FraudPolicy? policy);
        return policy is null ? throw new LoadException(mistakes[0].ToString()) : policy.Champion;
    }

    private static byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}

/// <summary>One sender of transactions. No allocation in <see cref="Fill"/> and <see cref="Check"/>.</summary>
internal sealed class FraudStream : ILoadStream
{
    private const int SampleSize = 4_096;

    // One transaction of so many asks how long its stages took, which is told as a share of its chunk.
    private const ulong TimedEvery = 64;

    private readonly FraudWorkload _workload;
    private readonly int _number;
    private IdSequence _ids;

    /// <summary>Makes a sender.</summary>
    public FraudStream(FraudWorkload workload, ulong seed, int number)
    {
        _workload = workload;
        _number = number;
        _ids = new IdSequence((seed * 0x1_0001) ^ ((ulong)number << 32), LoadOptions.DuplicateWindow);
    }

    /// <inheritdoc/>
    public string? FirstSurprise { get; private set; }

    /// <summary>Answers that told times while it was measured.</summary>
    public long Timed { get; private set; }

    /// <summary>Their time for features, nanoseconds.</summary>
    public long FeaturesNs { get; private set; }

    /// <summary>For models.</summary>
    public long ModelNs { get; private set; }

    /// <summary>For rules and records.</summary>
    public long RulesNs { get; private set; }

    /// <inheritdoc/>
    public void Fill(LoadRequest request)
    {
        Span<ScoreTransaction> transactions = MemoryMarshal.Cast<byte, ScoreTransaction>(request.Body.AsSpan());
        for (int i = 0; i < transactions.Length; i++)
        {
            ulong index = _ids.Choose(out ulong content, out request.Kinds[i]);
            Write(ref transactions[i], index, content);
        }

        request.NextIndex = _ids.Next;
    }

    /// <inheritdoc/>
    public RequestCounts Check(LoadRequest request, ReadOnlySpan<byte> results)
    {
        RequestCounts counts = default;
        ReadOnlySpan<ScoreResult> answers = MemoryMarshal.Cast<byte, ScoreResult>(results);
        for (int i = 0; i < request.Kinds.Length; i++)
        {
            ScoreResult answer = i < answers.Length ? answers[i] : default;
            bool isDuplicate = (answer.ResultFlags & ScoreResultFlags.Duplicate) != 0
                && !(request.WasPartlyAccepted && request.Kinds[i] != CommandKind.Duplicate);
            bool isScored = answer is { Code: FraudStatus.Ok, Decision: Decision.Approve, Score: > 0 and < 1 };
            switch (request.Kinds[i], isDuplicate)
            {
                case (CommandKind.New, false) when isScored:
                    counts.Accepted++;
                    Note(answer);
                    break;
                case (CommandKind.Duplicate, true) when isScored:
                    counts.Duplicates++;
                    break;
                case (CommandKind.Refused, false) when answer.Code == FraudStatus.AmountTooLarge:
                    counts.Refused++;
                    break;
                default:
                    counts.Unexpected++;
                    FirstSurprise ??= $"Transaction {i} ({request.Kinds[i]}) was answered {answer.Code}, "
                        + $"{answer.Decision}, score {answer.Score}, flags {answer.ResultFlags}, {answer.Flags}.";
                    break;
            }
        }

        _ids.Answered = request.NextIndex;
        return counts;
    }

    /// <summary>
    /// Looks up a sample of everything sent: what was scored is kept as sent, what was refused is not.
    /// </summary>
    public async Task VerifySampleAsync(IFastCoreSession session, List<string> differences)
    {
        int count = (int)Math.Min(SampleSize, _ids.Answered);
        for (int i = 0; i < count; i++)
        {
            ulong index = _ids.Answered * (ulong)i / (ulong)count;
            ulong content = _ids.Content(index);
            ScoreTransaction sent = default;
            Write(ref sent, index, content);
            byte[] results = await LoadQueries.LookupAsync(
                session, Operation.LookupDecisions, sent.Merchant, [sent.Id], DecisionRecord.Size);
            DecisionRecord kept = results.Length == 0 ? default : MemoryMarshal.Read<DecisionRecord>(results);
            bool isRight = IdSequence.IsRefused(content)
                ? results.Length == 0
                : kept.Id == sent.Id && kept.Card == sent.Card && kept.Amount == sent.Amount;
            if (!isRight)
            {
                differences.Add($"Transaction {sent.Id} of merchant {sent.Merchant} is not kept as acknowledged.");
            }
        }
    }

    private void Note(in ScoreResult answer)
    {
        if (answer.FeaturesNs != 0 && _workload.IsMeasuring)
        {
            Timed++;
            FeaturesNs += answer.FeaturesNs;
            ModelNs += answer.ModelNs;
            RulesNs += answer.RulesNs;
        }
    }

    private void Write(ref ScoreTransaction transaction, ulong index, ulong content)
    {
        transaction = default;
        transaction.Id = new UInt128(_workload.Run, ((ulong)_number << 48) | index);
        transaction.Merchant = FraudWorkload.FirstMerchant + (ulong)_workload.Skew.Draw(content);
        transaction.Card = 1 + ((content >> 20) % (ulong)_workload.Cards);
        transaction.Terminal = 1 + (content % FraudWorkload.TerminalsPerMerchant);
        transaction.Amount = IdSequence.IsRefused(content)
            ? FraudLimits.AmountMax + 1
            : 100 + ((content >> ZipfTable.Bits) & 0xFFFF);
        transaction.Currency = PaymentsWorkload.Currency;
        transaction.Flags = index % TimedEvery == 0 ? ScoreFlags.StageTimes : ScoreFlags.None;
    }
}
