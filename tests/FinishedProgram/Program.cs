using System.Globalization;
using FinishedProgram;
using Terra.Runtime.Diagnostics;

// What is computed goes to the output, to the bit; how it was computed goes to the error stream.
Training.InALoop(30);
TerraStatistics loop = TerraStatistics.Snapshot();
await Training.InAsyncSteps(60);
TerraStatistics all = TerraStatistics.Snapshot();
Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loop: {loop.CoExecuted} co-executed, {loop.Fallbacks.Count} fallbacks"));
Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"async: {all.CoExecuted - loop.CoExecuted} co-executed of {all.Iterations - loop.Iterations}"));
