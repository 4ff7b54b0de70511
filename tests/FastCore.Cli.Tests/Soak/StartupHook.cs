/// <summary>
/// What controls plant into a server: the runtime calls this before a program begins when the variable
/// DOTNET_STARTUP_HOOKS names this assembly. The program itself has no part in it.
/// </summary>
internal static class StartupHook
{
    private const int BytesAtOnce = 512 << 10;
    private const int EveryMs = 20;
    private const int EndsAfterMs = 8_000;
    private static readonly List<byte[]> Kept = [];
    private static Timer? _timer;

    /// <summary>The variable that says what is planted: <see cref="Leaking"/> or <see cref="Ending"/>.</summary>
    public const string Variable = "FASTCORE_TESTS_PLANTED";

    /// <summary>25 MiB more are kept each second.</summary>
    public const string Leaking = "leak";

    /// <summary>The process ends after eight seconds.</summary>
    public const string Ending = "end";

    /// <summary>Called by the runtime.</summary>
    public static void Initialize() => _timer = Environment.GetEnvironmentVariable(Variable) switch
    {
        Leaking => new Timer(_ => Leak(), null, EveryMs, EveryMs),
        Ending => new Timer(_ => Environment.Exit(3), null, EndsAfterMs, Timeout.Infinite),
        _ => null,
    };

    private static void Leak()
    {
        byte[] bytes = new byte[BytesAtOnce];

        // Touched, or the system would not count it.
        Array.Fill(bytes, (byte)1);
        lock (Kept)
        {
            Kept.Add(bytes);
        }
    }
}
