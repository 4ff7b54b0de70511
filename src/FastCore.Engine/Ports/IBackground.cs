namespace FastCore.Engine.Ports;

/// <summary>
/// Runs what storage does beside the partition threads (journal writes, space made ready, blocks, checkpoints), and is
/// the time by which that work waits. In a process each piece of work has a thread; a simulator steps all of them on
/// one.
/// </summary>
public interface IBackground
{
    /// <summary>Monotonic milliseconds.</summary>
    long NowMs { get; }

    /// <summary>Starts a piece of work. Its steps never run at the same time as each other.</summary>
    /// <param name="name">What the work is called where threads have names.</param>
    /// <param name="step">
    /// Does one thing and says after how many milliseconds it wants to be called again: 0 = at once,
    /// <see cref="Timeout.Infinite"/> = when it is woken, <see cref="IBackgroundWork.Ended"/> = never. It may be
    /// called earlier than it said.
    /// </param>
    IBackgroundWork Start(string name, Func<int> step);

    /// <summary>Runs something once, now or soon.</summary>
    void Post(IThreadPoolWorkItem item);

    /// <summary>
    /// Rests in the middle of a step, also for less than a millisecond, which no wait of the class library does. About
    /// as long as asked, longer on a busy machine; where there is no such sleep it only offers the core to others.
    /// </summary>
    /// <param name="us">Microseconds.</param>
    void Pause(int us);

    /// <summary>What a loop does that waits for other work. Never on the way of a command.</summary>
    void Wait(ref SpinWait spin);
}

/// <summary>
/// A piece of work that was started. Disposing ends it and waits for its end: the step is called once more, and again
/// as long as it asks to be called at once, then never again.
/// </summary>
public interface IBackgroundWork : IDisposable
{
    /// <summary>What a step says that does not want to be called again.</summary>
    const int Ended = -2;

    /// <summary>Has the step called soon, after whatever the caller did before. Any thread; never waits.</summary>
    void Wake();
}
