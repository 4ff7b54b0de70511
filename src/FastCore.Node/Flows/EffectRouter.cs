using FastCore.Engine.Ports;
using FastCore.Node.Knobs;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>Gives each effect to the flow that it is for.</summary>
/// <param name="connectors">Takes calls to connectors.</param>
/// <param name="bookings">Takes what bookings want of merchants.</param>
/// <param name="knobs">Takes turned knobs.</param>
internal sealed class EffectRouter(IEffectSink connectors, BookingFlow bookings, KnobControl knobs) : IEffectSink
{
    /// <inheritdoc/>
    public bool TryAccept(int partition, in Effect effect) => effect.Kind switch
    {
        BookingCall.EffectKind => bookings.TryAccept(partition, in effect),
        KnobControl.EffectKind => knobs.TryAccept(partition, in effect),
        _ => connectors.TryAccept(partition, in effect),
    };
}
