using FastCore.Engine.Ports;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>Gives each effect to the flow that it is for.</summary>
/// <param name="connectors">Takes calls to connectors.</param>
/// <param name="bookings">Takes what bookings want of merchants.</param>
internal sealed class EffectRouter(IEffectSink connectors, BookingFlow bookings) : IEffectSink
{
    /// <inheritdoc/>
    public bool TryAccept(int partition, in Effect effect) => effect.Kind == BookingCall.EffectKind
        ? bookings.TryAccept(partition, in effect)
        : connectors.TryAccept(partition, in effect);
}
