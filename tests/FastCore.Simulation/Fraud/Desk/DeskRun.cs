using System.Runtime.InteropServices;

using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Runs;
using FastCore.Testing;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>
/// An operator and reviewers at the desk of a node: files of policies sent in parts, in order, out of order, twice and
/// wrongly, activations between transactions, verdicts, and questions about all of it, over crashes between requests
/// and in the middle of them. Every answer is compared with <see cref="DeskModel"/>.
/// </summary>
public sealed class DeskRun
{
    private const int Merchants = 4;
    private const int Repeats = 20;

    private readonly SeededRandom _random;
    private readonly DeskLives _lives;
    private readonly IDesk _desk;
    private readonly DeskModel _model;
    private readonly Dictionary<ulong, ScoreTransaction> _sent = [];
    private DeskPolicy _policy;
    private ulong _ids;

    private DeskRun(ulong seed, Func<IDesk, IDesk>? control)
    {
        _random = new SeededRandom(seed);
        _lives = new DeskLives(_random);
        _desk = control?.Invoke(_lives) ?? _lives;
        _model = new DeskModel(_lives.Partitions);
        _policy = DeskPolicy.Draw(_random, 0);
    }

    /// <summary>Codes that were answered as expected.</summary>
    public IReadOnlySet<FraudStatus> Codes => _model.Codes;

    /// <summary>Processes, one after the other.</summary>
    public int Lives => _lives.Count;

    /// <summary>Requests that the end of a process left without an answer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Policies that were put in force.</summary>
    public int Policies => _model.Policies.Count;

    /// <summary>Hash over all that was chosen and answered: equal for equal runs.</summary>
    public ulong Trace { get; private set; }

    /// <summary>Opens a node and does so many things.</summary>
    /// <param name="seed">Where every choice comes from.</param>
    /// <param name="actions">How many.</param>
    /// <param name="control">A desk that is broken on purpose, in front of the real one; null = none.</param>
    /// <exception cref="SimulationException">An answer is another one than the model's.</exception>
    public static DeskRun Of(ulong seed, int actions, Func<IDesk, IDesk>? control = null) => OneThread.Run(() =>
    {
        DeskRun run = new(seed, control);
        run.Run(actions);
        return run;
    });

    private void Run(int actions)
    {
        for (int i = 0; i < actions; i++)
        {
            if (_random.OneIn(25))
            {
                _lives.CutSoon();
            }

            Act();
            if (_random.OneIn(40))
            {
                Restart();
            }
        }

        _lives.End();
        Trace ^= _lives.Trace;
    }

    private void Act()
    {
        switch (_random.Below(20))
        {
            case < 7:
                SendPart(_random.OneIn(2) ? _policy.Document : _policy.Rules);
                break;
            case < 9:
                SendWhole(_policy);
                break;
            case < 11:
                Activate(_policy);
                _policy = _random.OneIn(3) ? _policy : DeskPolicy.Draw(_random, _model.Newest);
                break;
            case 11:
                ActivateStored();
                break;
            case < 15:
                Score();
                break;
            case < 17:
                Resolve();
                break;
            default:
                Ask();
                break;
        }
    }

    // Any part: mostly from where the file ends, else from anywhere, now and then with a wrong byte or another length.
    private void SendPart(DeskFile file)
    {
        ulong fileBytes = (ulong)file.Content.Length + (_random.OneIn(20) ? 1UL : 0);
        (_, ulong had) = Take(file, fileBytes, 0, []);
        int begin = _random.OneIn(3) ? _random.Below(file.Content.Length) : (int)Math.Min(had, fileBytes - 1);
        begin = Math.Min(begin, file.Content.Length - 1);
        byte[] part = file.Content[begin..(begin + _random.Between(0, file.Content.Length - begin))];
        if (part.Length > 0 && _random.OneIn(15))
        {
            part[_random.Below(part.Length)] ^= 1;
        }

        _ = Take(file, fileBytes, begin, part);
    }

    private void SendWhole(DeskPolicy policy)
    {
        _ = Take(policy.Document, (ulong)policy.Document.Content.Length, 0, policy.Document.Content);
        _ = Take(policy.Rules, (ulong)policy.Rules.Content.Length, 0, policy.Rules.Content);
    }

    private (FraudStatus Code, ulong Received) Take(DeskFile file, ulong fileBytes, int offset, byte[] part)
    {
        PolicyUpload upload = new()
        {
            Hash = MemoryMarshal.Read<PolicyHash>(file.Hash),
            FileBytes = fileBytes,
            Offset = (ulong)offset,
            PartBytes = (ulong)part.Length,
        };
        int further = (part.Length + PolicyUpload.Size - 1) / PolicyUpload.Size;
        byte[] body = new byte[(1 + further) * PolicyUpload.Size];
        MemoryMarshal.Write(body, in upload);
        part.CopyTo(body, PolicyUpload.Size);
        PolicyUploadResult result = One<PolicyUploadResult>(Operation.UploadPolicyFile, body);
        (FraudStatus Code, ulong Received) expected = _model.Take(file.Hash, fileBytes, offset, part);
        return (result.Code, result.Received) == expected
            ? expected
            : throw new SimulationException(
                $"{part.Length} bytes at {offset} of a file of {fileBytes}: {result.Code} with {result.Received} "
                + $"instead of {expected.Code} with {expected.Received}.");
    }

    private void Activate(DeskPolicy policy)
    {
        if (_random.OneIn(12))
        {
            PolicyFile[] files = policy.Files();
            PolicyFile[] wrong = _random.OneIn(2) ? [files[1], files[0]] : [files[0], files[0]];
            Expect(One<PolicyAnswer>(Operation.ActivatePolicy, Bytes(wrong)).Code, FraudStatus.PolicyFilesOutOfRange);
            return;
        }

        FraudStatus expected = _model.ActivationOf(policy);
        if (TryCall(Operation.ActivatePolicy, Bytes(policy.Files())) is { } reply)
        {
            Took(policy, MemoryMarshal.Read<PolicyAnswer>(reply.Body), expected);
            return;
        }

        // Nobody knows how far it came. Whoever wanted it makes it anew; a file that is stored needs no sending.
        Restart();
        if (policy.IsSound && expected is FraudStatus.Ok or FraudStatus.PolicyVersionNotNewer)
        {
            ProbeStored(policy.Rules);
            SendWhole(policy);
            Activate(policy, _model.ActivationOf(policy));
        }
        else if (expected == FraudStatus.PolicyVersionNotNewer)
        {
            ProbeStored(policy.Rules);
        }
    }

    // The one answer that is not foretold: whether a file of an activation that was cut off is stored.
    private void ProbeStored(DeskFile file)
    {
        if (_model.IsStored(file))
        {
            return;
        }

        PolicyUpload probe = new()
        {
            Hash = MemoryMarshal.Read<PolicyHash>(file.Hash),
            FileBytes = (ulong)file.Content.Length,
        };
        PolicyUploadResult result = One<PolicyUploadResult>(Operation.UploadPolicyFile, Bytes([probe]));
        if (result.Received == probe.FileBytes)
        {
            _model.NoteStored(file);
        }
    }

    private void Activate(DeskPolicy policy, FraudStatus expected)
    {
        for (int i = 0; i < Repeats; i++)
        {
            if (TryCall(Operation.ActivatePolicy, Bytes(policy.Files())) is { } reply)
            {
                Took(policy, MemoryMarshal.Read<PolicyAnswer>(reply.Body), expected);
                return;
            }

            Restart();
            ProbeStored(policy.Rules);
            SendWhole(policy);
        }

        throw new SimulationException("An activation is never answered.");
    }

    private void Took(DeskPolicy policy, in PolicyAnswer answer, FraudStatus expected, bool isByHash = false)
    {
        Expect(answer.Code, expected);
        if (answer.Code is FraudStatus.Ok or FraudStatus.PolicyVersionNotNewer)
        {
            Require(_model.Activated(policy, answer, isByHash));
        }
    }

    // One that is or was in force, by the hash of what it means.
    private void ActivateStored()
    {
        if (_model.Policies.Count == 0)
        {
            Expect(
                One<PolicyAnswer>(Operation.ActivatePolicy, Bytes([DeskPolicy.FileOf(new byte[32], "")])).Code,
                FraudStatus.PolicyNotFound);
            return;
        }

        DeskModel.InForce known = _random.Pick(_model.Policies);
        byte[] body = Bytes([DeskPolicy.FileOf(known.Hash, "")]);
        FraudStatus expected = _model.VersionOf(known.Policy);
        PolicyAnswer answer = One<PolicyAnswer>(Operation.ActivatePolicy, body);
        Took(known.Policy, answer, expected, isByHash: true);
    }

    private void Score()
    {
        ulong id = _sent.Count > 0 && _random.OneIn(4) ? _random.Pick([.. _sent.Keys]) : ++_ids;
        if (!_sent.TryGetValue(id, out ScoreTransaction transaction))
        {
            transaction = new ScoreTransaction
            {
                Id = id,
                Merchant = 1 + _random.Below((ulong)Merchants),
                Card = 1 + _random.Below(9UL),
                Amount = 250 * (1 + _random.Below(10UL)),
            };
            _sent.Add(id, transaction);
        }

        ScoreResult result = One<ScoreResult>(Operation.ScoreTransactions, Bytes([transaction]));
        Require(_model.Decide(id, transaction.Merchant, transaction.Amount, result));
    }

    private void Resolve()
    {
        ulong id = _random.OneIn(8) || _ids == 0 ? _ids + 1_000 : 1 + _random.Below(_ids);
        ReviewVerdict verdict = new()
        {
            Id = id,
            Merchant = _sent.TryGetValue(id, out ScoreTransaction known) ? known.Merchant : 1,
            Verdict = _random.OneIn(2) ? Decision.Approve : Decision.Decline,
        };
        bool wasResolved = _model.IsResolved(id);
        int unanswered = Unanswered;
        FraudResult result = One<FraudResult>(Operation.ResolveReviews, Bytes([verdict]));
        FraudStatus expected = _model.Resolve(id, verdict.Merchant, verdict.Verdict);
        Expect(result.Code, expected);
        bool isDuplicate = result.Flags == ScoreResultFlags.Duplicate;
        if (expected == FraudStatus.Ok && unanswered == Unanswered && isDuplicate != wasResolved)
        {
            throw new SimulationException(
                $"Verdict on {id}: flags {result.Flags}, and it was resolved: {wasResolved}.");
        }
    }

    private void Ask()
    {
        ulong merchant = 1 + _random.Below((ulong)Merchants);
        ulong id = 1 + _random.Below(_ids + 2);
        switch (_random.Below(4))
        {
            case 0:
                Require(_model.Compare(Many<PolicyRecord>(
                    Operation.GetPolicies, Bytes([new PolicyFilter { Limit = 1_000 }]))));
                break;
            case 1:
                Require(_model.CompareReviews(merchant, Many<DecisionRecord>(
                    Operation.QueryReviews, InBook(merchant, new ReviewFilter { Limit = 1_000 }))));
                break;
            case 2:
                merchant = _sent.TryGetValue(id, out ScoreTransaction sent) && !_random.OneIn(5)
                    ? sent.Merchant
                    : merchant;
                Require(_model.CompareReasons(id, merchant, Many<ReasonRecord>(
                    Operation.ExplainDecision, InBook(merchant, new ReasonFilter { Id = id, Limit = 100 }))));
                break;
            default:
                Require(_model.CompareMetrics(Many<FraudMetric>(
                    Operation.GetFraudMetrics, Bytes([new MetricFilter { Limit = 1_000 }]))));
                break;
        }
    }

    private void Restart()
    {
        _lives.Restart();
        _model.Restart();
    }

    private T One<T>(Operation operation, byte[] body)
        where T : unmanaged => MemoryMarshal.Read<T>(UntilAnswered(operation, body).Body);

    private ReadOnlySpan<T> Many<T>(Operation operation, byte[] body)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(UntilAnswered(operation, body).Body);

    // Whoever got no answer asks again, as soon as there is somebody to ask.
    private DeskReply UntilAnswered(Operation operation, byte[] body)
    {
        for (int i = 0; i < Repeats; i++)
        {
            if (TryCall(operation, body) is { } reply)
            {
                return reply;
            }

            Restart();
        }

        throw new SimulationException($"{operation} is never answered.");
    }

    private DeskReply? TryCall(Operation operation, byte[] body)
    {
        DeskReply? reply = _desk.Call(operation, body);
        Unanswered += reply is null ? 1 : 0;
        foreach (byte one in reply?.Body ?? [])
        {
            Trace = (Trace ^ one) * 0x100000001B3UL;
        }

        return reply is null || reply.Status == FrameStatus.Ok
            ? reply
            : throw new SimulationException($"{operation} was answered {reply.Status}.");
    }

    private static void Expect(FraudStatus code, FraudStatus expected)
    {
        if (code != expected)
        {
            throw new SimulationException($"{code} was answered instead of {expected}.");
        }
    }

    private static void Require(string? wrong)
    {
        if (wrong is not null)
        {
            throw new SimulationException($"At the desk: {wrong}.");
        }
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static byte[] InBook<T>(ulong book, T asked)
        where T : unmanaged => [.. Bytes([new BookPrefix { Book = book }]), .. Bytes([asked])];
}
