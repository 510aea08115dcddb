using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>The one-op steps of optimizers have the bits of the same steps made of single ops.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class OptimizerKernelTests
{
    private static readonly long[][] s_sizes = [[3, 5], [70_001], [], [0, 4], [2, 3, 40]];

    public static TheoryData<DType, bool, bool, bool> AdamForms => new()
    {
        { DType.Float32, false, false, false },
        { DType.Float32, true, true, false },
        { DType.Float64, true, false, true },
        { DType.Float64, false, true, true },
    };

    [Theory]
    [MemberData(nameof(AdamForms))]
    public void Adam_has_the_bits_of_single_ops(DType dtype, bool decoupled, bool amsgrad, bool maximize)
    {
        const double Lr = 0.01, Beta1 = 0.9, Beta2 = 0.99, Decay = 0.1, Eps = 1e-8;
        TensorImpl[] parameters = Make(dtype, 1), averages = Make(dtype, 2), squares = Absolute(Make(dtype, 3)), greatest = Absolute(Make(dtype, 4));
        TensorImpl[] expected = Copies(parameters), m = Copies(averages), v = Copies(squares), most = Copies(greatest);
        for (int step = 1; step <= 3; step++)
        {
            TensorImpl[] gradients = Make(dtype, 10 + step);
            _ = decoupled
                ? Aten._fused_adamw_(parameters, gradients, averages, squares, amsgrad ? greatest : [], step, Lr, Beta1, Beta2, Decay, Eps, amsgrad, maximize)
                : Aten._fused_adam_(parameters, gradients, averages, squares, amsgrad ? greatest : [], step, Lr, Beta1, Beta2, Decay, Eps, amsgrad, maximize);
            for (int i = 0; i < expected.Length; i++)
            {
                TensorImpl gradient = maximize ? Aten.neg(gradients[i]) : gradients[i];
                if (decoupled)
                {
                    Aten.mul_(expected[i], (ScalarValue)(1 - (Lr * Decay)));
                }
                else
                {
                    gradient = Aten.add(gradient, expected[i], Decay);
                }

                Aten.mul_(m[i], (ScalarValue)Beta1);
                Aten.add_(m[i], gradient, 1 - Beta1);
                Aten.mul_(v[i], (ScalarValue)Beta2);
                Aten.addcmul_(v[i], gradient, gradient, 1 - Beta2);
                Aten.copy_(most[i], Aten.maximum(most[i], v[i]));
                TensorImpl denominator = Aten.div(Aten.sqrt(amsgrad ? most[i] : v[i]), (ScalarValue)Math.Sqrt(1 - Math.Pow(Beta2, step)));
                Aten.add_(denominator, (ScalarValue)Eps, 1);
                Aten.addcdiv_(expected[i], m[i], denominator, -(Lr / (1 - Math.Pow(Beta1, step))));
            }
        }

        SameBits(parameters, expected);
        SameBits(averages, m);
        SameBits(squares, v);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.9, false)]
    [InlineData(0.9, true)]
    public void Sgd_has_the_bits_of_single_ops(double momentum, bool nesterov)
    {
        const double Lr = 0.1, Decay = 0.01, Dampening = 0.2;
        TensorImpl[] parameters = Make(DType.Float32, 1), buffers = Make(DType.Float32, 2);
        TensorImpl[] expected = Copies(parameters), sums = Copies(buffers);
        for (int step = 0; step < 3; step++)
        {
            TensorImpl[] gradients = Make(DType.Float32, 10 + step);
            Aten._fused_sgd_(parameters, gradients, momentum == 0 ? [] : buffers, Decay, momentum, Lr, Dampening, nesterov, false, step == 0);
            for (int i = 0; i < expected.Length; i++)
            {
                TensorImpl gradient = Aten.add(gradients[i], expected[i], Decay);
                if (momentum != 0 && step == 0)
                {
                    Aten.copy_(sums[i], gradient);
                }
                else if (momentum != 0)
                {
                    Aten.mul_(sums[i], (ScalarValue)momentum);
                    Aten.add_(sums[i], gradient, 1 - Dampening);
                }

                TensorImpl direction = momentum == 0 ? gradient : nesterov ? Aten.add(gradient, sums[i], momentum) : sums[i];
                Aten.add_(expected[i], direction, -Lr);
            }
        }

        SameBits(parameters, expected);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        int threads = WorkerPool.Shared.NumThreads;
        byte[][] results = new[] { 1, 2, 5 }.Select(count =>
        {
            WorkerPool.Shared.NumThreads = count;
            TensorImpl[] parameters = Make(DType.Float32, 1);
            Aten._fused_adagrad_(parameters, Make(DType.Float32, 2), Absolute(Make(DType.Float32, 3)), 2, 0.1, 0.01, 0, 1e-10);
            return TensorData.Bytes(parameters[1]);
        }).ToArray();
        WorkerPool.Shared.NumThreads = threads;
        results[1].Should().Equal(results[0]);
        results[2].Should().Equal(results[0]);
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        TensorImpl one = TensorData.Random(DType.Float32, 1, 3), other = TensorData.Random(DType.Float32, 1, 4), wide = TensorData.Random(DType.Float64, 1, 3);
        FluentActions.Invoking(() => Aten._fused_sgd_([one], [one, one], [], 0, 0, 1, 0, false, false, false)).Should().Throw<Exception>().WithMessage("*grads*");
        FluentActions.Invoking(() => Aten._fused_sgd_([one], [one], [], 0, 0.9, 1, 0, false, false, false)).Should().Throw<Exception>().WithMessage("*momentum_buffer_list*");
        FluentActions.Invoking(() => Aten._fused_sgd_([one], [other], [], 0, 0, 1, 0, false, false, false)).Should().Throw<Exception>().WithMessage("*grads[0]*");
        FluentActions.Invoking(() => Aten._fused_sgd_([one], [wide], [], 0, 0, 1, 0, false, false, false)).Should().Throw<Exception>().WithMessage("*Float64*");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(double.PositiveInfinity)]
    public void Norms_of_a_list_agree_with_plain_sums(double order)
    {
        TensorImpl[] tensors = Make(DType.Float64, 5);
        double[] expected = Array.ConvertAll(tensors, tensor =>
        {
            IEnumerable<double> magnitudes = TensorData.Values(tensor).Select(Math.Abs).DefaultIfEmpty();
            return double.IsPositiveInfinity(order) ? magnitudes.Max() : Math.Pow(magnitudes.Sum(x => Math.Pow(x, order)), 1 / order);
        });
        Checks.Close(Aten._foreach_norm(tensors, order), expected, 1e-12);
    }

    [Fact]
    public void Co_execution_computes_the_same_steps()
    {
        float[] eager = Train(TerraMode.Off);
        Train(TerraMode.On).Should().Equal(eager);
        Train(TerraMode.Verify).Should().Equal(eager);
    }

    private static float[] Train(TerraMode mode)
    {
        TensorImpl[] parameters = [StepProgram.Tensor(1, 2, 3), StepProgram.Tensor(-1, 0.5f)];
        TensorImpl[] m = [StepProgram.Tensor(0, 0, 0), StepProgram.Tensor(0, 0)], v = [StepProgram.Tensor(0, 0, 0), StepProgram.Tensor(0, 0)];
        StepProgram.Run(mode, 12, turn =>
        {
            TensorImpl[] gradients = Array.ConvertAll(parameters, parameter => StepProgram.At(1, () => Aten.mul(parameter, (ScalarValue)2.0)));
            StepProgram.At(2, () => Aten._foreach_mul_(gradients, 0.5));
            StepProgram.At(3, () => Aten._fused_adam_(parameters, gradients, m, v, [], turn + 1, 0.1, 0.9, 0.99, 0, 1e-8, false, false));
        });
        return [.. StepProgram.Values(parameters[0]), .. StepProgram.Values(parameters[1]), .. StepProgram.Values(v[0])];
    }

    private static TensorImpl[] Make(DType dtype, int seed) =>
        [.. s_sizes.Select((sizes, i) =>
        {
            TensorImpl tensor = TensorData.Random(dtype, (seed * 10) + i, sizes);
            return i == 4 ? TensorData.Reordered(tensor, reversed: seed > 1, gap: 1, offset: 2) : tensor;
        })];

    private static TensorImpl[] Absolute(TensorImpl[] tensors) => Array.ConvertAll(tensors, Aten.abs);

    private static TensorImpl[] Copies(TensorImpl[] tensors) => Array.ConvertAll(tensors, Aten.clone);

    private static void SameBits(TensorImpl[] actual, TensorImpl[] expected)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            TensorData.Values(actual[i]).Should().Equal(TensorData.Values(expected[i]), $"tensor {i}");
        }
    }
}
