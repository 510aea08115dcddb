using System.CommandLine;
using System.Text.RegularExpressions;
using Spectre.Console;
using TorchSharp;

namespace Terra.Bench.Kernels;

/// <summary><c>kernels</c>: eager kernels and models against what the machine can do and against peers.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var peers = new Option<string[]>("--peers") { Description = "Peers to run beside: torch.", AllowMultipleArgumentsPerToken = true };
        peers.AcceptOnlyFromAmong("torch");
        var only = new Option<string?>("--only") { Description = "A regular expression: the cases whose 'group/name' it matches." };
        var rounds = new Option<int>("--rounds") { Description = "Chunks of each side a case.", DefaultValueFactory = static _ => 9 };
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results." };
        var list = new Option<bool>("--list") { Description = "Only name the cases." };
        var command = new Command("kernels", "Eager kernels and whole steps: time, share of the machine's limit, ratio to a peer.") { peers, only, rounds, json, list };
        command.SetAction(result =>
        {
            var pattern = new Regex(result.GetValue(only) ?? "", RegexOptions.IgnoreCase);
            KernelCase[] cases = KernelSuite.All.Where(kernel => pattern.IsMatch($"{kernel.Group}/{kernel.Name}")).ToArray();
            if (result.GetValue(list))
            {
                foreach (KernelCase kernel in cases)
                {
                    Console.WriteLine($"{kernel.Group}/{kernel.Name}");
                }

                return 0;
            }

            KernelRun run = Run(cases, result.GetValue(peers) is [_, ..], result.GetValue(rounds));
            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 150);
            AnsiConsole.Write(KernelReport.Table(run));
            if (result.GetValue(json) is { } file)
            {
                File.WriteAllText(file.FullName, KernelReport.Json(run));
            }

            return 0;
        });
        return command;
    }

    private static KernelRun Run(KernelCase[] cases, bool withPeer, int rounds)
    {
        torch.set_num_threads(2);
        torch.manual_seed(1);
        using var probe = new MachineProbe();
        double bandwidth = probe.CopyBandwidth();
        string? whyNot = "not asked for";
        using TorchPeer? peer = withPeer ? TorchPeer.Start(out whyNot) : null;
        if (withPeer && peer is null)
        {
            Console.Error.WriteLine($"no peer: {whyNot}");
        }

        KernelBenchmark.WarmUpProcess();
        var benchmark = new KernelBenchmark(probe, bandwidth, peer, rounds);
        var results = new List<KernelResult>();
        foreach (KernelCase kernel in cases)
        {
            results.Add(benchmark.Run(kernel));
            if (!Console.IsErrorRedirected)
            {
                Console.Error.Write($"\r{results.Count}/{cases.Length} ");
            }
        }

        return new KernelRun(probe.PeakRate, bandwidth, peer is null ? $"none ({whyNot})" : $"PyTorch {peer.Version}", results);
    }
}
