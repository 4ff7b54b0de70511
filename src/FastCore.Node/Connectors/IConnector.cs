using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;

namespace FastCore.Node.Connectors;

/// <summary>
/// A bank or payment network. A call is identified by merchant, payment, attempt, kind and action
/// (<see cref="CallIdentity"/>): a connector must do the same call at most once however often it is sent, and must be
/// able to tell what became of it. Called from several threads at once.
/// </summary>
/// <remarks>
/// A call that throws or is cancelled has an unknown outcome. A connector that knows that nothing was done answers
/// <see cref="ConnectorOutcome.Failed"/>.
/// </remarks>
public interface IConnector
{
    /// <summary>Number by which merchants and payments name it, 1 … 255.</summary>
    ushort Number { get; }

    /// <summary>Name for logs and metrics.</summary>
    string Name { get; }

    /// <summary>
    /// Where answers go that come by themselves: late, repeated, or by notification. Set before the first call.
    /// </summary>
    IConnectorListener? Listener { get; set; }

    /// <summary>Approves a payment, and charges it when the call is a sale.</summary>
    ValueTask<ConnectorReply> AuthorizeAsync(ConnectorCall call, CancellationToken cancellationToken);

    /// <summary>Charges (a part of) what was approved.</summary>
    ValueTask<ConnectorReply> CaptureAsync(ConnectorCall call, CancellationToken cancellationToken);

    /// <summary>Releases what was approved and not charged.</summary>
    ValueTask<ConnectorReply> VoidAsync(ConnectorCall call, CancellationToken cancellationToken);

    /// <summary>Gives back (a part of) what was charged.</summary>
    ValueTask<ConnectorReply> RefundAsync(ConnectorCall call, CancellationToken cancellationToken);

    /// <summary>What became of a call; <see cref="ConnectorOutcome.NotFound"/> when it never arrived.</summary>
    ValueTask<ConnectorReply> SyncAsync(ConnectorCall call, CancellationToken cancellationToken);
}

/// <summary>Takes answers that a connector sends by itself.</summary>
public interface IConnectorListener
{
    /// <summary>Takes an answer.</summary>
    /// <returns>False when there is no room now: the connector has to send it again later.</returns>
    bool TryAccept(in ConnectorCall call, ConnectorReply reply);
}

/// <summary>What a connector says.</summary>
/// <param name="Outcome">What became of the call.</param>
/// <param name="DeclineCode">Why it was declined.</param>
/// <param name="Reference">The connector's own reference; 0 = none.</param>
public readonly record struct ConnectorReply(
    ConnectorOutcome Outcome, DeclineCode DeclineCode = DeclineCode.None, ulong Reference = 0);

/// <summary>What makes two calls the same call.</summary>
/// <param name="Merchant">Merchant number.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="Attempt">Attempt at the payment.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="ActionId">The capture, void or refund; 0 for an authorization.</param>
public readonly record struct CallIdentity(
    ulong Merchant, UInt128 PaymentId, ushort Attempt, ConnectorCallKind Kind, UInt128 ActionId)
{
    /// <summary>The identity of a call.</summary>
    public static CallIdentity Of(in ConnectorCall call) =>
        new(call.Merchant, call.PaymentId, call.Attempt, call.Kind, call.ActionId);
}
