using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>A capture, void, refund or fund, or the undoing of a late approval.</summary>
internal sealed class ModelAction(Operation operation, PaymentAction request)
{
    /// <summary>As a lookup would tell it if every action could be looked up as refunds can.</summary>
    public RefundRecord Record;

    public Operation Operation { get; } = operation;

    public PaymentAction Request { get; } = request;

    /// <summary>The answer to the request, and then to its repetitions until there is a final one.</summary>
    public PaymentResult Waiting { get; set; }

    /// <summary>The first final answer; null while a connector is awaited.</summary>
    public PaymentResult? Answer { get; set; }
}
