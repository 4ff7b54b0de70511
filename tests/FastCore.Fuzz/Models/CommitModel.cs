namespace FastCore.Fuzz.Models;

/// <summary>
/// The hand-over of commits as modelled steps: CommitTicket, one thread that begins two commits one after the other,
/// one that flushes and tells, and another that only tells. What was flushed must be told in the end, and nothing
/// before.
/// </summary>
internal static class CommitModel
{
    private const int Ticket = 0;
    private const int Address = 1;
    private const int Sequence = 2;
    private const int Appended = 3;
    private const int Flushed = 4;
    private const int Durable = 5;
    private const int Variables = 6;
    private const int Registers = 5;
    private const int Ending = 64;
    private const int Commits = 2;

    /// <summary>Tries all interleavings.</summary>
    /// <param name="order">How stores become visible.</param>
    /// <param name="beginFence">Whether setting the ticket is a full fence.</param>
    /// <param name="markFirst">Whether the mark is set before the ticket.</param>
    /// <param name="exchanges">Whether the end is decided by a compare-exchange.</param>
    /// <param name="looksItself">Whether the thread that begins looks for the end itself.</param>
    /// <param name="watches">Whether a third thread looks for an end, once.</param>
    public static ModelResult Run(
        StoreOrder order,
        bool beginFence = true,
        bool markFirst = true,
        bool exchanges = true,
        bool looksItself = true,
        bool watches = true)
    {
        Step[][] threads =
        [
            Beginner(beginFence, markFirst, exchanges, looksItself),
            Flusher(exchanges),
            watches ? [.. Publish(exchanges, "a"), End] : [],
        ];
        return new Interleavings(
            threads, Variables, Registers, order,
            static memory => memory[Durable] > memory[Flushed] ? "more is called durable than was flushed"
                : memory[Ticket] % Ending > 2 * Commits ? "a commit was ended twice"
                : null,
            static memory => memory[Durable] == Commits ? null : "a commit's end was never told").Run();
    }

    private static Step End => Step.Fence() with { Label = "end" };

    // Address and sequence of a commit are its number. The ticket goes from 0 over 1 to 2, and so on.
    private static Step[] Beginner(bool fence, bool markFirst, bool exchanges, bool looksItself)
    {
        List<Step> steps = [];
        for (int i = 1; i <= Commits; i++)
        {
            int number = i;
            Step[] mark = [Step.Store(Sequence, _ => number), Step.Store(Address, _ => number)];
            Step[] ticket = fence
                ? [Step.Exchange(1, Ticket, _ => (2 * number) - 1)]
                : [Step.Release(Ticket, _ => (2 * number) - 1)];
            steps.AddRange(
            [
                // In flight: the real thread does other work and comes back.
                Step.Load(0, Ticket) with { Label = "again" + number },
                Step.Jump("again" + number, own => own[0] != 2 * (number - 1)),
                Step.Store(Appended, _ => number),
                .. markFirst ? mark.Concat(ticket) : ticket.Concat(mark),
                .. looksItself ? Publish(exchanges, "b" + number) : [],
            ]);
        }

        return [.. steps, End];
    }

    // Flushes what was appended, whether or not a commit asked for it: pages are written when they are full.
    private static Step[] Flusher(bool exchanges)
    {
        List<Step> steps = [];
        for (int i = 1; i <= Commits; i++)
        {
            int number = i;
            steps.AddRange(
            [
                Step.Load(0, Appended) with { Label = "wait" + number },
                Step.Jump("wait" + number, own => own[0] < number),
                Step.Exchange(1, Flushed, _ => number),
                .. Publish(exchanges, "f" + number),
            ]);
        }

        return [.. steps, End];
    }

    // Registers: 0 ticket, 1 address, 2 sequence, 3 flushed, then whether the exchange won.
    private static IEnumerable<Step> Publish(bool exchanges, string name) =>
    [
        Step.Load(0, Ticket),
        Step.Jump("out-" + name, static own => own[0] % 2 == 0 || own[0] >= Ending),
        Step.Load(1, Address),
        Step.Load(2, Sequence),
        Step.Load(3, Flushed),
        Step.Jump("out-" + name, static own => own[3] < own[1]),
        Step.Compute(3, static own => own[0]),
        exchanges
            ? Step.CompareExchange(3, Ticket, static own => own[0] + Ending)
            : Step.Compute(3, static _ => 1),
        Step.Jump("out-" + name, static own => own[3] == 0),
        Step.Release(Durable, static own => own[2]),
        Step.Release(Ticket, static own => own[0] + 1),
        Step.Compute(4, static own => own[4]) with { Label = "out-" + name },
    ];
}
