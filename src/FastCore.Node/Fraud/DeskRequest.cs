using FastCore.Engine.Sessions;
using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Node.Fraud;

/// <summary>A request that the node itself answers.</summary>
/// <param name="Operation">What is asked; whether it may be is checked.</param>
/// <param name="Body">Its body, checked as a whole and copied.</param>
/// <param name="Port">Where the reply goes; a reply is owed to it whatever happens.</param>
/// <param name="Ticket">Names the request there.</param>
/// <param name="ReplyMax">Bytes reserved for the reply.</param>
/// <param name="DeadlineNs">Monotonic time after which it must not be started; 0 = none.</param>
/// <param name="Grant">What the sender may do.</param>
internal sealed record DeskRequest(
    Operation Operation, byte[] Body, ReplyPort Port, ulong Ticket, int ReplyMax, long DeadlineNs, Grant Grant);
