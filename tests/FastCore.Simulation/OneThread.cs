using System.Runtime.ExceptionServices;

namespace FastCore.Simulation;

/// <summary>
/// Runs a simulation where nothing can leave its thread: a thread of its own without a synchronization context, so that
/// what is awaited goes on where it was completed, and with a stack so deep that no continuation is put off for want of
/// it.
/// </summary>
public static class OneThread
{
    private const int StackBytes = 64 << 20;

    /// <summary>Runs to the end; what it throws is thrown here.</summary>
    public static void Run(Action simulation) => Run(() =>
    {
        simulation();
        return true;
    });

    /// <summary>Runs to the end and returns its result; what it throws is thrown here.</summary>
    public static TResult Run<TResult>(Func<TResult> simulation)
    {
        TResult result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    result = simulation();
                }
                catch (Exception error)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            StackBytes)
        {
            Name = "simulation",
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
