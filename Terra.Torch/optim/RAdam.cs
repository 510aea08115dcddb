using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Rectified Adam (Liu et al., 2020).</summary>
    public class RAdam : OptimizerHelper, IBetas
    {
        public RAdam(
            IEnumerable<Parameter> parameters,
            double lr,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public RAdam(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.002,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0)
        {
            OptionRanges.NotNegative("RAdam", ("learning rate", lr), ("eps", eps), ("weight_decay", weight_decay));
            OptionRanges.Betas("RAdam", beta1, beta2);
            Defaults = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay };
            AddGroups(parameters);
        }

        /// <summary>The first group's decay rates; setting them sets those of all groups.</summary>
        public (double, double) Betas
        {
            get => GroupBetas;
            set => GroupBetas = value;
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(group => Update(group, (Options)group.Options), closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(Modules.ParamGroup group, Options options)
        {
            double lr = options.LearningRate!.Value, beta1 = options.beta1!.Value, beta2 = options.beta2!.Value, eps = options.eps!.Value;
            double longest = (2 / (1 - beta2)) - 1;
            UpdateEach<State>(group, options.weight_decay!.Value, false, (parameter, gradient, state) =>
            {
                state.step++;
                state.exp_avg.mul_(beta1).add_(gradient, 1 - beta1);
                state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
                double rest = Math.Pow(beta2, state.step), rate = -lr / (1 - Math.Pow(beta1, state.step)), length = longest - (2 * state.step * rest / (1 - rest));
                if (length > 5)
                {
                    double rectified = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
                    parameter.addcdiv_(state.exp_avg, state.exp_avg_sq.sqrt().add_(eps), rate * rectified * Math.Sqrt(1 - rest));
                }
                else
                {
                    parameter.add_(state.exp_avg, rate);
                }
            });
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref beta1);
                visitor.Visit(ref beta2);
                visitor.Visit(ref eps);
                visitor.Visit(ref weight_decay);
            }
        }

        /// <summary>Parameters with options for RAdam.</summary>
        public class ParamGroup : ParamGroup<Options>, IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
            {
            }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }

        /// <summary>The moments of one parameter's gradient.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>Decaying average of the gradients.</summary>
            public Tensor exp_avg = null!;

            /// <summary>Decaying average of the gradients' squares.</summary>
            public Tensor exp_avg_sq = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                exp_avg = ZerosLikeParameter();
                exp_avg_sq = ZerosLikeParameter();
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.Visit(ref step);
                visitor.Visit(ref exp_avg);
                visitor.Visit(ref exp_avg_sq);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.RAdam"/>
            public static RAdam RAdam(
                IEnumerable<Parameter> parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay);

            /// <inheritdoc cref="Modules.RAdam"/>
            public static RAdam RAdam(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0) =>
                new(parameters.Select(static entry => entry.parameter), lr, beta1, beta2, eps, weight_decay);

            /// <inheritdoc cref="Modules.RAdam"/>
            public static RAdam RAdam(
                IEnumerable<RAdam.ParamGroup> parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay);
        }
    }
}
