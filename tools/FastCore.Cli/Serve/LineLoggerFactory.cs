using Microsoft.Extensions.Logging;

namespace FastCore.Cli.Serve;

/// <summary>Writes log entries as lines: level, category, message. Information and above.</summary>
internal sealed class LineLoggerFactory(TextWriter output) : ILoggerFactory
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(_output, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Log lines go to one place only.");

    /// <inheritdoc/>
    public void Dispose() => _output.Flush();

    private sealed class LineLogger(TextWriter output, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // The web host's own chatter is of no interest; its warnings are. What keeps it from starting is thrown, too,
        // and told once.
        public bool IsEnabled(LogLevel logLevel) =>
            category != "Microsoft.Extensions.Hosting.Internal.Host"
            && logLevel >= (category.StartsWith("Microsoft", StringComparison.Ordinal)
                ? LogLevel.Warning
                : LogLevel.Information);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                output.WriteLine($"{logLevel}: {category}: {formatter(state, exception)}");
                if (exception is not null)
                {
                    output.WriteLine(exception);
                }
            }
        }
    }
}
