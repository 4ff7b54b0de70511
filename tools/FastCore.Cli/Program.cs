using FastCore.Cli.Terminal;

return await CliApplication.RunAsync(args, CliConsole.OfProcess());
