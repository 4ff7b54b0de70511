using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>Rules in their order: the first that is broken decides.</summary>
internal static class Ladder
{
    /// <summary>The code of the first broken rule, or null.</summary>
    public static PaymentStatus? First(params ReadOnlySpan<(bool IsBroken, PaymentStatus Code)> rules)
    {
        foreach ((bool isBroken, PaymentStatus code) in rules)
        {
            if (isBroken)
            {
                return code;
            }
        }

        return null;
    }

    /// <summary>The rules of the envelope that are the same for everything with an id.</summary>
    public static PaymentStatus? Envelope(
        ulong timestamp, bool hasReserved, bool hasUnknownFlag, ulong merchant, UInt128 id) => First(
        (timestamp != 0, PaymentStatus.TimestampMustBeZero),
        (hasReserved, PaymentStatus.ReservedField),
        (hasUnknownFlag, PaymentStatus.ReservedFlag),
        (merchant is 0 or > Limits.BookMax, PaymentStatus.MerchantOutOfRange),
        (id == 0, PaymentStatus.IdMustNotBeZero),
        (id == UInt128.MaxValue, PaymentStatus.IdMustNotBeIntMax));
}
