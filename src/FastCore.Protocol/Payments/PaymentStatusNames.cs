namespace FastCore.Protocol.Payments;

/// <summary>
/// Names of what <see cref="PaymentResult.Code"/> may hold. When one partition refuses its share of a request that
/// spans several, the elements of that share had no effect and carry the number of the frame status (below 1000).
/// </summary>
public static class PaymentStatusNames
{
    private const uint Band = 1000;

    /// <summary>
    /// The snake_case name of a payment status, or of the frame status that stands in its place; else the number.
    /// </summary>
    public static string Of(PaymentStatus code) => IsFrameStatus(code, out FrameStatus status)
        ? WireNames<FrameStatus>.NameOf(status)
        : WireNames<PaymentStatus>.NameOf(code);

    /// <summary>Whether the element was refused with its partition's share, and why.</summary>
    public static bool IsFrameStatus(PaymentStatus code, out FrameStatus status)
    {
        status = (FrameStatus)(uint)code;
        return (uint)code is not 0 and < Band;
    }
}
