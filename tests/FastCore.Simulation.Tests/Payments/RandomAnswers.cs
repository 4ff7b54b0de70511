using System.Runtime.InteropServices;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>
/// Connectors that answer anything: in any order, late, twice, contradicting themselves, to calls that never were. What
/// they are asked and never answer is lost.
/// </summary>
internal sealed class RandomAnswers
{
    private const int Remembered = 64;

    private readonly List<ConnectorAnswer> _past = [];

    /// <summary>The calls that left the partition; the run puts them here.</summary>
    public List<ConnectorCall> Calls { get; } = [];

    public SimulatedRequest Next(SeededRandom random)
    {
        Forget(Calls, random);
        Forget(_past, random);
        ConnectorAnswer[] answers = new ConnectorAnswer[random.Between(1, 3)];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = Answer(random);
        }

        return new SimulatedRequest(
            Operation.ConnectorAnswers, MemoryMarshal.AsBytes<ConnectorAnswer>(answers).ToArray());
    }

    // Any of the oldest is forgotten, so a call may be answered long after the others.
    private static void Forget<T>(List<T> items, SeededRandom random)
    {
        while (items.Count > Remembered)
        {
            items.RemoveAt(random.Below(Remembered / 2));
        }
    }

    // Some calls are stubborn: they fail, or nothing is known of them, time and again, until everybody gives up.
    private static ConnectorOutcome OutcomeOf(ConnectorCall call, SeededRandom random) => (call.Call % 6) switch
    {
        0 when !random.OneIn(6) => ConnectorOutcome.Failed,
        2 when call.Kind is ConnectorCallKind.Refund or ConnectorCallKind.Void => ConnectorOutcome.Failed,
        1 when !random.OneIn(6) => random.OneIn(2) ? ConnectorOutcome.Unknown : ConnectorOutcome.NotFound,
        _ => AnyOutcome(random),
    };

    private static ConnectorOutcome AnyOutcome(SeededRandom random) => random.Below(20) switch
    {
        < 9 => ConnectorOutcome.Approved,
        < 11 => ConnectorOutcome.Declined,
        < 14 => ConnectorOutcome.Failed,
        < 17 => ConnectorOutcome.Unknown,
        _ => ConnectorOutcome.NotFound,
    };

    private ConnectorAnswer Answer(SeededRandom random)
    {
        int kind = random.Below(24);
        if (Calls.Count == 0 || (kind < 6 && _past.Count != 0))
        {
            return _past.Count == 0 ? default : Again(random.Pick(_past), kind, random);
        }

        int index = random.OneIn(3) ? random.Below(Calls.Count) : Calls.Count - 1;
        ConnectorCall call = Calls[index];
        if (!random.OneIn(4))
        {
            Calls.RemoveAt(index);
        }

        ConnectorAnswer answer = new()
        {
            PaymentId = call.PaymentId,
            Merchant = call.Merchant,
            Amount = call.Amount,
            ActionId = call.ActionId,
            Call = call.Call,
            Reference = random.Next(),
            Attempt = call.Attempt,
            Connector = call.Connector,
            DeclineCode = random.OneIn(2) ? DeclineCode.IssuerCardExpired : DeclineCode.None,
            Kind = call.Kind,
            Outcome = OutcomeOf(call, random),
            Send = call.Send,
        };
        _past.Add(answer);
        return kind == 6 ? Damaged(answer, random) : answer;
    }

    // What was answered before: the same again, or another outcome, or under another number.
    private static ConnectorAnswer Again(ConnectorAnswer past, int kind, SeededRandom random)
    {
        switch (kind)
        {
            case 0:
                past.Outcome = AnyOutcome(random);
                break;
            case 1:
                past.Outcome = ConnectorOutcome.Approved;
                past.Attempt = (ushort)random.Between(1, 3);
                break;
            case 2:
                past.Call += random.Below(5UL);
                break;
            case 3:
                past.Amount += random.Below(2UL);
                past.Outcome = ConnectorOutcome.Approved;
                break;
        }

        return past;
    }

    private static ConnectorAnswer Damaged(ConnectorAnswer answer, SeededRandom random)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<ConnectorAnswer>(ref answer));
        bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
        return answer;
    }
}
