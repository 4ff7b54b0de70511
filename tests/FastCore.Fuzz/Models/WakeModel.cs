namespace FastCore.Fuzz.Models;

/// <summary>
/// Park and wake as modelled steps: WakeFlag with an event that resets itself, one sleeper, two wakers with a piece of
/// work each. The real park also has a time limit; the model has none, so that a lost wake-up is a thread that waits
/// for ever.
/// </summary>
internal static class WakeModel
{
    private const int Work = 0;
    private const int OtherWork = 1;
    private const int Flag = 2;
    private const int Event = 3;
    private const int Variables = 4;
    private const int Done = 2;
    private const int Registers = 3;

    /// <summary>Tries all interleavings.</summary>
    /// <param name="order">How stores become visible.</param>
    /// <param name="wakeFence">Whether a waker has its fence between publishing and looking at the flag.</param>
    /// <param name="parkFence">Whether raising the flag is a full fence.</param>
    /// <param name="looksAgain">Whether the sleeper looks for work after raising the flag.</param>
    public static ModelResult Run(
        StoreOrder order, bool wakeFence = true, bool parkFence = true, bool looksAgain = true)
    {
        Step[][] threads = [Sleeper(parkFence, looksAgain), Waker(Work, wakeFence), Waker(OtherWork, wakeFence)];
        return new Interleavings(
            threads, Variables, Registers, order, static _ => null,
            static memory => memory[Work] + memory[OtherWork] == 0 ? null : "work was left").Run();
    }

    private static Step[] Waker(int work, bool fence) =>
    [
        Step.Release(work, static _ => 1),
        .. fence ? [Step.Fence()] : Array.Empty<Step>(),
        Step.Load(0, Flag),
        Step.Jump("end", static own => own[0] == 0),
        Step.Exchange(0, Flag, static _ => 0),
        Step.Jump("end", static own => own[0] == 0),
        Step.Release(Event, static _ => 1),
        Step.Fence() with { Label = "end" },
    ];

    private static Step[] Sleeper(bool fence, bool looksAgain) =>
    [
        Step.Load(0, Work) with { Label = "look" },
        Step.Jump("other", static own => own[0] == 0),
        Step.Store(Work, static _ => 0),
        Step.Compute(Done, static own => own[Done] + 1),
        Step.Jump("done"),
        Step.Load(0, OtherWork) with { Label = "other" },
        Step.Jump("park", static own => own[0] == 0),
        Step.Store(OtherWork, static _ => 0),
        Step.Compute(Done, static own => own[Done] + 1),
        Step.Jump("end", static own => own[Done] == 2) with { Label = "done" },
        Step.Jump("look"),
        (fence ? Step.Exchange(0, Flag, static _ => 1) : Step.Store(Flag, static _ => 1)) with { Label = "park" },
        .. looksAgain
            ?
            [
                Step.Load(0, Work),
                Step.Load(1, OtherWork),
                Step.Jump("lower", static own => own[0] + own[1] != 0),
            ]
            : Array.Empty<Step>(),
        Step.Await(Event),
        Step.Exchange(0, Flag, static _ => 0) with { Label = "lower" },
        Step.Jump("look"),
        Step.Fence() with { Label = "end" },
    ];
}
