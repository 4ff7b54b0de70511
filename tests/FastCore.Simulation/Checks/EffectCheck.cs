using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Payments.Payments;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Holds what leaves one partition for connectors against what the models say must leave: the same calls, to the byte,
/// in the same order, none before its command is durable, and after a recovery once more what still awaits an answer.
/// </summary>
public sealed class EffectCheck(int number, IEffectModel? model)
{
    private readonly Queue<Effect> _left = new();

    /// <summary>Calls compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Whether the models await nothing of connectors any more.</summary>
    public bool IsSettled => model is null || model.CallsOpen == 0;

    /// <summary>What banks must have charged once it is settled.</summary>
    public IEnumerable<ExpectedCharge> Charges => model?.Charges ?? [];

    /// <summary>The partition let go of an effect.</summary>
    internal void Left(in Effect effect) => _left.Enqueue(effect);

    /// <summary>Compares what has left with what should have, as far as the journal was followed.</summary>
    public void Compare()
    {
        while (_left.Count > 0 && model?.CallsLeft.Count > 0)
        {
            Effect effect = _left.Dequeue();
            ReadOnlySpan<byte> payload = effect.Payload;
            ConnectorCall actual = MemoryMarshal.Read<ConnectorCall>(payload);
            ConnectorCall expected = model.CallsLeft.Dequeue();
            Compared++;
            if (effect.Kind != ConnectorCall.EffectKind || !Bytes(in actual).SequenceEqual(Bytes(in expected)))
            {
                throw new SimulationException(
                    $"Partition {number}: {Name(actual)} left for its connector, and first must come "
                    + $"{Name(expected)}.");
            }
        }
    }

    /// <summary>Nothing more happens by itself: all that must leave has left.</summary>
    public void CompareAtRest()
    {
        Compare();
        if (model?.CallsLeft.TryPeek(out ConnectorCall missing) == true)
        {
            throw new SimulationException($"Partition {number}: {Name(missing)} never left for its connector.");
        }
    }

    /// <summary>
    /// The process is gone and the journal was followed to its end. What had not left is lost with the process; the
    /// next one sends again what awaits an answer.
    /// </summary>
    public void EndLife()
    {
        Compare();
        if (_left.TryPeek(out Effect effect))
        {
            ReadOnlySpan<byte> payload = effect.Payload;
            throw new AcknowledgedLossException(
                number, "the journal knows nothing of "
                + $"{Name(MemoryMarshal.Read<ConnectorCall>(payload))}, which has left.");
        }

        model?.CallsLeft.Clear();
        model?.Resume();
    }

    private static ReadOnlySpan<byte> Bytes(in ConnectorCall call) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectorCall>(in call));

    private static string Name(in ConnectorCall call) =>
        $"call {call.Call}, sending {call.Send}{(call.IsResumed != 0 ? " (resumed)" : "")}, {call.Kind} of payment "
        + $"{call.PaymentId} of merchant {call.Merchant}";
}
