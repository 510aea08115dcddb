using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    public class AdamW : OptimizerHelper, IBetas
    {
        public AdamW(
            IEnumerable<Parameter> parameters,
            double lr = 0.001,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public AdamW(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.001,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-08,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
        {
            OptionRanges.NotNegative("AdamW", ("learning rate", lr), ("eps", eps), ("weight_decay", weight_decay));
            OptionRanges.Betas("AdamW", beta1, beta2);
            Defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            };
            foreach (ParamGroup group in parameters)
            {
                add_param_group(group);
            }
        }

        /// <summary>The first group's decay rates; setting them sets those of all groups.</summary>
        public (double, double) Betas
        {
            get => ((ParamGroup)_groups[0]).Betas;
            set
            {
                foreach (Modules.ParamGroup group in _groups)
                {
                    ((ParamGroup)group).Betas = value;
                }
            }
        }

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) => base.add_param_group(param_group);

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                DisposeStates();
            }

            base.Dispose(disposing);
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            double lr = options.LearningRate!.Value;
            double decay = options.weight_decay!.Value;
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.Impl.Autograd?.Grad is not { } gradient)
                {
                    continue;
                }

                var state = (State)StateOf(parameter);
                state.step++;
                using TensorImpl? negated = options.maximize!.Value ? Aten.neg(gradient) : null;
                gradient = negated ?? gradient;
                if (decay != 0)
                {
                    Aten.mul_(parameter.Impl, (ScalarValue)(1 - (lr * decay)));
                }

                AdamUpdate.Apply(
                    parameter.Impl,
                    gradient,
                    state.exp_avg.Impl,
                    state.exp_avg_sq.Impl,
                    options.amsgrad!.Value ? state.max_exp_avg_sq!.Impl : null,
                    state.step,
                    lr,
                    options.beta1!.Value,
                    options.beta2!.Value,
                    options.eps!.Value);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? weight_decay;
            public double? eps;
            public bool? amsgrad;
            public bool? maximize;

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                beta1 = other.beta1;
                beta2 = other.beta2;
                weight_decay = other.weight_decay;
                eps = other.eps;
                amsgrad = other.amsgrad;
                maximize = other.maximize;
            }

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var own = (Options)defaults;
                beta1 ??= own.beta1;
                beta2 ??= own.beta2;
                weight_decay ??= own.weight_decay;
                eps ??= own.eps;
                amsgrad ??= own.amsgrad;
                maximize ??= own.maximize;
            }
        }

        /// <summary>Parameters with options for AdamW.</summary>
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
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        beta1 = beta1,
                        beta2 = beta2,
                        eps = eps,
                        weight_decay = weight_decay,
                        amsgrad = amsgrad,
                        maximize = maximize,
                    })
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

            /// <summary>Greatest average of squares so far; null without AMSGrad.</summary>
            public Tensor? max_exp_avg_sq;

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
                max_exp_avg_sq = ((Options)options).amsgrad!.Value ? ZerosLikeParameter() : null;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                exp_avg = CopyOf(other.exp_avg, exp_avg)!;
                exp_avg_sq = CopyOf(other.exp_avg_sq, exp_avg_sq)!;
                max_exp_avg_sq = CopyOf(other.max_exp_avg_sq, max_exp_avg_sq);
            }

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state
                && step == state.step
                && NearlyEqual(exp_avg, state.exp_avg)
                && NearlyEqual(exp_avg_sq, state.exp_avg_sq)
                && NearlyEqual(max_exp_avg_sq, state.max_exp_avg_sq);

            /// <inheritdoc/>
            public override void to(Device device) => base.to(device);

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
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
            /// <inheritdoc cref="Modules.AdamW"/>
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <inheritdoc cref="Modules.AdamW"/>
            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <inheritdoc cref="Modules.AdamW"/>
            public static AdamW AdamW(
                IEnumerable<AdamW.ParamGroup> parameters,
                double lr = 0.001,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-08,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
