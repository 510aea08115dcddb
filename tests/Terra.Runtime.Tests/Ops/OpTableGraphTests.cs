using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Terra.Runtime.Tracing;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>
/// Every op in a co-executed step, between element-wise ops that fuse with it where it can be fused, gives the bits it gives eagerly; arguments it
/// refuses are refused in the step as they are outside of it, and leave the step as it was.
/// </summary>
[Trait("Suite", "OpTable")]
[Collection(nameof(TerraRuntime))]
public sealed class OpTableGraphTests
{
    private static readonly int[] s_schedule = [0, 0, 0, 0, 0, 1, 0, 1, 2, 2, 0];

    public static TheoryData<string> Entries => [.. OpInfos.All.Select(static info => info.ToString())];

    public static TheoryData<string> Refusing => [.. OpInfos.All.Where(static info => info.Refusals.Any()).Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Entries))]
    public void A_step_gives_the_bits_of_eager_mode(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (OpDef op in info.Twin is null ? [info.Op] : new[] { info.Op, info.Twin })
        {
            foreach (DType dtype in info.DTypes.Take(1).Append(info.DTypes[^1]).Concat(OpTableNarrowFloatTests.Takes(info) ? [DType.BFloat16] : []).Distinct())
            {
                Sample[] samples = [.. info.Samples(dtype).Where(sample => op == info.Op || CanRun(op, sample)).Take(3)];
                if (samples.Length == 0)
                {
                    continue;
                }

                List<long[]> eager = Run(op, samples, TerraMode.Off, out _), inStep = Run(op, samples, TerraMode.On, out StepSite step);
                step.Statistics.CoExecuted.Should().BePositive();
                inStep.Should().HaveSameCount(eager);
                for (int i = 0; i < eager.Count; i++)
                {
                    inStep[i].Should().Equal(eager[i], "{0} of {1}", op, dtype);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void A_step_gives_the_bits_of_eager_mode_for_any_layout(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (OpDef op in info.Twin is null ? [info.Op] : new[] { info.Op, info.Twin })
        {
            Sample[] all = [.. Unusual(info).Where(sample => op == info.Op || CanRun(op, sample))];
            foreach (Sample[] alike in all.GroupBy(Attributes).Select(static group => group.ToArray()))
            {
                // Three turns are traced, the others co-execute.
                int[] schedule = [0, 0, 0, .. Enumerable.Range(0, alike.Length), 0];
                List<long[]> eager = Run(TerraMode.Off, out _), inStep = Run(TerraMode.On, out StepSite step);
                step.Statistics.CoExecuted.Should().Be(alike.Length + 1, "{0} runs in the step", op);
                inStep.Should().HaveSameCount(eager);
                for (int i = 0; i < eager.Count; i++)
                {
                    inStep[i].Should().Equal(eager[i], "{0} of {1}", op, alike[0]);
                }

                List<long[]> Run(TerraMode mode, out StepSite step)
                {
                    var seen = new List<long[]>();
                    step = StepProgram.Run(mode, schedule.Length, turn => seen.AddRange(Bits(op, alike[schedule[turn]].Copy())));
                    return seen;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void A_step_refuses_what_eager_mode_refuses(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        Sample good = info.Samples(info.DTypes[0]).First();
        foreach (Refusal refusal in info.Refusals)
        {
            var raised = new List<string>();
            StepProgram.Run(TerraMode.On, 9, turn =>
            {
                if (turn == 6)
                {
                    Sample bad = refusal.Sample();
                    try
                    {
                        LeafMethods.Call(info.Op, bad);
                    }
                    catch (Exception thrown) when (refusal.Exception.IsInstanceOfType(thrown))
                    {
                        raised.Add(thrown.Message);
                    }
                }

                Turn(info.Op, good);
            });
            raised.Should().ContainSingle().Which.Should().Match(refusal.Message);
        }
    }

    /// <summary>A sample with no elements, one of 0-d tensors, and one in each of the layouts that are not row-major.</summary>
    private static IEnumerable<Sample> Unusual(OpInfo info)
    {
        Sample[] samples = [.. info.Samples(info.DTypes[0])];
        Func<Sample, bool> isEmpty = static sample => sample.Inputs.Any(static input => input?.NumberOfElements == 0), isScalar = static sample => sample.Inputs.All(static input => input is null || input.Rank == 0);
        Sample[] usual = [.. samples.Where(sample => !isEmpty(sample) && !isScalar(sample))];
        return samples.Where(isEmpty).Take(1)
            .Concat(samples.Where(isScalar).Take(1))
            .Concat(info is PointwiseInfo ? usual.Where(static sample => sample.Inputs.Any(static input => !input!.Layout.IsContiguous)) : usual.Take(1).SelectMany(info.Layouts).Skip(1));
    }

    private static string Attributes(Sample sample) =>
        $"{string.Concat(sample.Inputs.Select(static input => input is null ? '-' : '+'))} {new Sample([], sample.Attrs)}";

    private static bool CanRun(OpDef twin, Sample sample)
    {
        try
        {
            twin.Infer(sample.Copy().Call(twin));
            return true;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return false;
        }
    }

    private static List<long[]> Run(OpDef op, Sample[] samples, TerraMode mode, out StepSite step)
    {
        var seen = new List<long[]>();
        step = StepProgram.Run(mode, s_schedule.Length, turn => seen.AddRange(Turn(op, samples[Math.Min(s_schedule[turn], samples.Length - 1)])));
        return seen;
    }

    private static List<long[]> Turn(OpDef op, Sample sample)
    {
        TensorImpl?[] before = Array.ConvertAll(sample.Inputs, static input => input is null ? null : Aten.clone(input));
        return Bits(op, sample with { Inputs = before });
    }

    /// <summary>What the op returns and writes, and what is made of that behind it.</summary>
    private static List<long[]> Bits(OpDef op, Sample sample)
    {
        TensorImpl[] results = LeafMethods.Call(op, sample);
        TensorImpl[] behind = Array.ConvertAll(results, static result => result.DType == DType.Bool ? Aten.logical_not(result) : Aten.mul(result, 2));
        TensorImpl[] written = [.. sample.Mutated(op).Select(position => sample.Inputs[position]).OfType<TensorImpl>()];
        return [.. behind.Concat(results).Concat(written).Select(static tensor =>
        {
            tensor.ReadData();
            return TensorBits.ToBits(tensor);
        })];
    }
}
