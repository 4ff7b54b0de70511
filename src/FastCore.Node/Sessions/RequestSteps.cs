using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>The way of a request: one step, or two where cards and merchants live on different partitions.</summary>
/// <param name="First">The first step, or the only one.</param>
/// <param name="Second">The second; null = there is none.</param>
internal readonly record struct RequestSteps(OperationShape First, OperationShape? Second)
{
    /// <summary>Elements that both steps take.</summary>
    public int ElementsMax => Math.Min(First.ElementsMax, Second?.ElementsMax ?? int.MaxValue);

    /// <summary>
    /// What the first step answers goes into the second. Elements whose card lives with their merchant need no first.
    /// </summary>
    public bool HandsOver => Second is not null && Second.ElementSize != First.ElementSize;

    /// <summary>The ways of the requests of a node.</summary>
    /// <param name="partitions">Partitions of the node.</param>
    /// <param name="labelsReachCards">Features of cards read labels.</param>
    public static Dictionary<Operation, RequestSteps> Of(int partitions, bool labelsReachCards)
    {
        Dictionary<Operation, RequestSteps> steps = [];
        if (partitions > 1)
        {
            Add(steps, Operation.ScoreTransactions, Operation.ObserveCards, Operation.ScoreObserved);
            Add(steps, Operation.CreatePayments, Operation.ObservePaymentCards, Operation.CreateObservedPayments);
            if (labelsReachCards)
            {
                Add(steps, Operation.LabelTransactions, Operation.LabelCards, Operation.LabelTransactions);
            }
        }

        return steps;
    }

    private static void Add(
        Dictionary<Operation, RequestSteps> steps, Operation operation, Operation first, Operation second) =>
        steps.Add(operation, new RequestSteps(OperationTable.Find(first)!, OperationTable.Find(second)!));
}
