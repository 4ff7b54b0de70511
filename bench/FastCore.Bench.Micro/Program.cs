using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using FastCore.Bench.Micro;

// The other side of bench/evaluator.py.
if (args is ["evaluator", string model, string rows, string margins])
{
    return EvaluatorTiming.Run(model, rows, margins);
}

// With --smoke each benchmark runs once, in this process: it shows that they still work, and measures nothing.
bool isSmoke = args.Contains("--smoke");
string[] rest = [.. args.Where(arg => arg != "--smoke")];
if (isSmoke)
{
    Job dry = Job.Dry.WithToolchain(InProcessNoEmitToolchain.Instance);
    IConfig config = DefaultConfig.Instance.AddJob(dry).WithOptions(ConfigOptions.DisableOptimizationsValidator);
    var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--filter", "*", .. rest], config);
    bool isWhole = summaries.Any() && summaries.All(summary =>
        !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
    return isWhole ? 0 : 1;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
return 0;
