namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values of parameters, written in place and outside of autograd.</summary>
        public static partial class init
        {
            /// <summary>Which end of a layer sets the scale of its weights.</summary>
            public enum FanInOut
            {
                FanIn = 0,
                FanOut = 1,
            }

            /// <summary>The nonlinearity that follows a layer.</summary>
            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            /// <summary>The factor by which weights grow to make up for the nonlinearity that follows.</summary>
            /// <param name="nonlinearity">The nonlinearity.</param>
            /// <param name="param">The negative slope of a leaky ReLU.</param>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + (param * param))),
                _ => 1,
            };

            /// <summary>How many inputs an output of the layer reads, and how many outputs an input feeds.</summary>
            /// <exception cref="ArgumentException">The weight has fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions", nameof(tensor));
                }

                long receptiveField = 1;
                for (int i = 2; i < shape.Length; i++)
                {
                    receptiveField *= shape[i];
                }

                return (shape[1] * receptiveField, shape[0] * receptiveField);
            }

            /// <summary>Uniform on [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Fill(tensor, t => t.uniform_(low, high, generator));

            /// <summary>Normal of the given mean and standard deviation.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Fill(tensor, t => t.normal_(mean, std, generator));

            /// <summary>One value throughout.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => Fill(tensor, t => t.fill_(val));

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => Fill(tensor, static t => t.fill_(1));

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => Fill(tensor, static t => t.zero_());

            /// <summary>Uniform in ±gain · √(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                double bound = Math.Sqrt(3) * XavierDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal of deviation gain · √(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => normal_(tensor, 0, XavierDeviation(tensor, gain));

            /// <inheritdoc cref="xavier_uniform_"/>
            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1) => xavier_uniform_(tensor, gain);

            /// <inheritdoc cref="xavier_normal_"/>
            public static Tensor glorot_normal_(Tensor tensor, double gain = 1) => xavier_normal_(tensor, gain);

            /// <summary>Uniform in ±gain · √(3 / fan) (He et al., 2015).</summary>
            public static Tensor kaiming_uniform_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                double bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal of deviation gain / √fan (He et al., 2015).</summary>
            public static Tensor kaiming_normal_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>Uniform in ±1/√fan_in, as biases start.</summary>
            internal static void UniformByFanIn(Tensor tensor, long fanIn)
            {
                double bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
                uniform_(tensor, -bound, bound);
            }

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static Tensor Fill(Tensor tensor, Func<Tensor, Tensor> fill)
            {
                using (no_grad())
                {
                    return fill(tensor);
                }
            }
        }
    }
}
