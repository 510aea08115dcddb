using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Heavy;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>Batch normalization by running statistics, fused with pointwise ops, gives the bits of its own kernel.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class FusedNormalizationTests
{
    public static TheoryData<long[], DType, bool, int> Cases
    {
        get
        {
            var cases = new TheoryData<long[], DType, bool, int>();
            foreach (DType dtype in new[] { DType.Float32, DType.Float64, DType.BFloat16 })
            {
                foreach (bool hasParameters in new[] { false, true })
                {
                    cases.Add([2, 5, 9, 8], dtype, hasParameters, 2);
                    cases.Add([3, 4, 129], dtype, hasParameters, 2);
                    cases.Add([1, 3, 4, 4, 5], dtype, hasParameters, 2);
                    cases.Add([2, 1, 8, 11], dtype, hasParameters, 2);
                    cases.Add([4, 6, 7, 7], dtype, hasParameters, 4);
                    cases.Add([9, 6], dtype, hasParameters, 4);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bits_are_those_of_eager_mode(long[] sizes, DType dtype, bool hasParameters, int kernels)
    {
        foreach (bool isTransposed in new[] { false, true })
        {
            TensorImpl input = As(dtype, TensorData.Random(DType.Float32, 1, sizes));
            input = isTransposed ? Views.transpose(Aten.clone(Views.transpose(input, 0, 1)), 0, 1) : input;
            TensorImpl[] vectors = [.. Enumerable.Range(2, 4).Select(seed => EverySecond(As(dtype, TensorData.Random(DType.Float32, seed, 2 * sizes[1]))))];
            Aten.abs_(vectors[3]);
            List<long[]> Program(TerraMode mode)
            {
                var seen = new List<long[]>();
                StepProgram.Run(mode, 8, _ =>
                {
                    using TensorImpl x = Aten.mul(input, 0.7);
                    using TensorImpl y = Composite.batch_norm(x, hasParameters ? vectors[0] : null, hasParameters ? vectors[1] : null, vectors[2], vectors[3], false, 0.1, 1e-3);
                    using TensorImpl z = Aten.relu(y);
                    using TensorImpl sum = Aten.sum(z, [], false, null);
                    sum.ReadData();
                    seen.Add(TensorBits.ToBits(z));
                });
                return seen;
            }

            List<long[]> eager = Program(TerraMode.Off);
            TerraRuntime.Reset();
            Program(TerraMode.On).Should().BeEquivalentTo(eager, options => options.WithStrictOrdering());
            TerraStatistics.Snapshot().Kernels.Should().Be(kernels, "small planes keep their own kernel");
            Program(TerraMode.Verify).Should().BeEquivalentTo(eager, options => options.WithStrictOrdering());
        }
    }

    private static TensorImpl As(DType dtype, TensorImpl tensor) => Aten._to_copy(tensor, dtype);

    private static TensorImpl EverySecond(TensorImpl vector) =>
        new(vector.Storage, new Layout([vector.Sizes[0] / 2], [2]), vector.DType, vector.Offset);
}
