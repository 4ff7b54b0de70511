using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>What the partition waits for, or will do next, with a call to a connector.</summary>
internal enum CallStep
{
    /// <summary>Sent, to be done.</summary>
    AwaitsDoing,

    /// <summary>Asked about.</summary>
    AwaitsStatus,

    /// <summary>Of unknown outcome; will be asked about.</summary>
    WillAsk,

    /// <summary>Surely not done; will be sent again.</summary>
    WillResend,
}

/// <summary>A call to a connector that has no final answer.</summary>
internal sealed class ModelCall(ConnectorCall sent, ModelPayment payment, ModelAction? action)
{
    /// <summary>As it left last.</summary>
    public ConnectorCall Sent = sent;

    public ModelPayment Payment { get; } = payment;

    /// <summary>What it carries out; null for an authorization and for the release of what expired.</summary>
    public ModelAction? Action { get; } = action;

    /// <summary>Whether nobody asked for it: the release of what expired, or the undoing of a late approval.</summary>
    public bool IsAutomatic { get; init; }

    public int Place { get; init; }

    public CallStep Step { get; set; }

    public ulong DueNs { get; set; }

    public int Polls { get; set; }

    public int Resends { get; set; }

    /// <summary>Number of the last sending that asked to do it.</summary>
    public ushort LastDoing { get; set; } = 1;

    public bool IsAuthorization => Sent.Kind == ConnectorCallKind.Authorize;
}
