using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam with Nesterov momentum (Dozat, 2016).</summary>
    public class NAdam : OptimizerHelper, IBetas
    {
        public NAdam(
            IEnumerable<Parameter> parameters,
            double lr,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            double momentum_decay = 0.004)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, momentum_decay)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public NAdam(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.002,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            double momentum_decay = 0.004)
        {
            OptionRanges.NotNegative("NAdam", ("learning rate", lr), ("eps", eps), ("weight_decay", weight_decay), ("momentum_decay", momentum_decay));
            OptionRanges.Betas("NAdam", beta1, beta2);
            Defaults = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, momentum_decay = momentum_decay };
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
            double Momentum(long step) => beta1 * (1 - (0.5 * Math.Pow(0.96, step * options.momentum_decay!.Value)));
            UpdateEach<State>(group, options.weight_decay!.Value, false, (parameter, gradient, state) =>
            {
                state.step++;
                state.exp_avg.mul_(beta1).add_(gradient, 1 - beta1);
                state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
                double mu = Momentum(state.step), next = Momentum(state.step + 1);
                state.mu_product *= mu;
                Tensor denominator = state.exp_avg_sq.div(1 - Math.Pow(beta2, state.step)).sqrt_().add_(eps);
                parameter.addcdiv_(gradient, denominator, -lr * (1 - mu) / (1 - state.mu_product));
                parameter.addcdiv_(state.exp_avg, denominator, -lr * next / (1 - (state.mu_product * next)));
            });
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;
            public double? momentum_decay;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref beta1);
                visitor.Visit(ref beta2);
                visitor.Visit(ref eps);
                visitor.Visit(ref weight_decay);
                visitor.Visit(ref momentum_decay);
            }
        }

        /// <summary>Parameters with options for NAdam.</summary>
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
                double weight_decay = 0,
                double momentum_decay = 0.004)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, momentum_decay = momentum_decay })
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

            /// <summary>The product of the momentum of all steps.</summary>
            public double mu_product;

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
                (step, mu_product) = (0, 1);
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
                visitor.Visit(ref mu_product);
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
            /// <inheritdoc cref="Modules.NAdam"/>
            public static NAdam NAdam(
                IEnumerable<Parameter> named_parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum_decay = 0.004) =>
                new(named_parameters, lr, beta1, beta2, eps, weight_decay, momentum_decay);

            /// <inheritdoc cref="Modules.NAdam"/>
            public static NAdam NAdam(
                IEnumerable<(string name, Parameter parameter)> named_parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum_decay = 0.004) =>
                new(named_parameters.Select(static entry => entry.parameter), lr, beta1, beta2, eps, weight_decay, momentum_decay);

            /// <inheritdoc cref="Modules.NAdam"/>
            public static NAdam NAdam(
                IEnumerable<NAdam.ParamGroup> parameters,
                double lr = 0.002,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum_decay = 0.004) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, momentum_decay);
        }
    }
}
