{{ config_get("user.hostname", "droplet") }}
